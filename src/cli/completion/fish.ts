import type { CommandShape, OptionShape } from '../shape.ts';
import { valuesOf } from './values.ts';

/** How fish finds values: its words of `complete`. `-x` takes a value and offers no files. */
const FINDERS = {
  file: '-rF',
  directory: "-xa '(__fish_complete_directories)'",
  user: "-xa '(__fish_complete_users)'",
  none: '-x',
} as const;

const BEHIND = '__ebpf_processes_is_behind';

/** No command is named yet. */
const AT_ROOT = '__ebpf_processes_at_root';

/** The completion for fish: a file `ebpf-processes.fish` in a `completions` directory. */
export function renderFish(root: CommandShape): string {
  const names = root.commands.map(({ name }) => name).join(' ');
  return `# fish completion for ${root.name}
# ${root.name} completion fish >~/.config/fish/completions/${root.name}.fish
function ${BEHIND} -d 'Behind -- stands another command'
    contains -- -- (commandline -opc)
end
function ${AT_ROOT}
    not ${BEHIND}; and not __fish_seen_subcommand_from ${names}
end
function __ebpf_processes_behind
    set -l tokens (commandline -opc)
    set -l at (contains -i -- -- $tokens); or return
    set -l command
    test $at -lt (count $tokens); and set command (string escape -- $tokens[(math $at + 1)..-1])
    complete -C (string join ' ' -- $command (commandline -ct))
end
complete -c ${root.name} -f
complete -c ${root.name} -n ${BEHIND} -xa '(__ebpf_processes_behind)'
${[
  ...root.commands.map(
    ({ name, explains }) =>
      `complete -c ${root.name} -n ${AT_ROOT} -a ${name} -d ${quote(explains)}`,
  ),
  ...root.options.map((option) => renderOption(root.name, AT_ROOT, option)),
  ...root.commands.flatMap((command) => renderCommand(root.name, command)),
].join('\n')}
`;
}

function renderCommand(program: string, { name, options, argChoices }: CommandShape): string[] {
  const condition = `not ${BEHIND}; and __fish_seen_subcommand_from ${name}`;
  return [
    ...options.map((option) => renderOption(program, condition, option)),
    ...(argChoices.length === 0
      ? []
      : [`complete -c ${program} -n '${condition}' -a '${argChoices.join(' ')}'`]),
  ];
}

function renderOption(program: string, condition: string, option: OptionShape): string {
  const { names, choices, explains } = option;
  const values = valuesOf(option);
  const finder =
    values === undefined ? '' : values === 'words' ? `-xa '${choices.join(' ')}'` : FINDERS[values];
  const words = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  return [
    `complete -c ${program} -n '${condition}'`,
    ...words,
    ...(finder === '' ? [] : [finder]),
    `-d ${quote(explains)}`,
  ].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
