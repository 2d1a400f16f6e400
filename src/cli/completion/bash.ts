import type { CommandShape, OptionShape } from '../shape.ts';
import { valuesOf } from './values.ts';

/** How bash finds values. `$cur` is what stands there already. */
const FINDERS = {
  file: 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")',
  directory: 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur")',
  user: 'mapfile -t COMPREPLY < <(compgen -u -- "$cur")',
  none: ':',
} as const;

/** The completion for bash; it needs nothing else, and uses bash-completion for COMMAND where that is loaded. */
export function renderBash(root: CommandShape): string {
  const commands = root.commands.map(({ name }) => name);
  return `# bash completion for ${root.name}
# In ~/.bashrc: source <(${root.name} completion bash)
_ebpf_processes() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' takes=0 i
  # bash takes --format=json apart.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if ((takes)); then takes=0; [[ \${COMP_WORDS[i]} != = ]] || takes=1; continue; fi
    case \${COMP_WORDS[i]} in
      --)
        if declare -F _command_offset >/dev/null; then _command_offset $((i + 1)); return; fi
        compopt -o filenames
        if ((COMP_CWORD == i + 1)); then mapfile -t COMPREPLY < <(compgen -c -- "$cur")
        else mapfile -t COMPREPLY < <(compgen -f -- "$cur"); fi
        return ;;
      ${takingValues(root).join(' | ')}) takes=1 ;;
      -*) ;;
      *) [[ -n $command ]] || command=\${COMP_WORDS[i]} ;;
    esac
  done
  case $command:$prev in
${[root, ...root.commands].flatMap((command) => renderValues(command, command === root)).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $command in
${[root, ...root.commands].map((command) => renderNames(command, command === root)).join('\n')}
    esac
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W '${commands.join(' ')}' -- "$cur")
${renderWords(root)}
  fi
}
complete -F _ebpf_processes ${root.name}
`;
}

/** All names of options that take a value, of any command. */
function takingValues(root: CommandShape): string[] {
  const options = [root, ...root.commands].flatMap((command) => command.options);
  const names = options.filter(({ placeholder }) => placeholder !== undefined);
  return [...new Set(names.flatMap((option) => option.names))].sort();
}

function renderValues({ name, options }: CommandShape, isRoot: boolean): string[] {
  return options.flatMap((option) => {
    const values = valuesOf(option);
    if (values === undefined) return [];
    const patterns = option.names.map((word) => `${isRoot ? '' : name}:${word}`).join(' | ');
    const finder = values === 'words' ? fromWords(option) : FINDERS[values];
    return [`    ${patterns}) ${finder}; return ;;`];
  });
}

function fromWords({ choices }: OptionShape): string {
  return `mapfile -t COMPREPLY < <(compgen -W '${choices.join(' ')}' -- "$cur")`;
}

function renderNames({ name, options }: CommandShape, isRoot: boolean): string {
  const names = options.flatMap((option) => option.names).join(' ');
  return `      ${isRoot ? "''" : name}) mapfile -t COMPREPLY < <(compgen -W '${names}' -- "$cur") ;;`;
}

/** Arguments of a command that are words out of some. */
function renderWords(root: CommandShape): string {
  return root.commands
    .filter(({ argChoices }) => argChoices.length > 0)
    .map(
      ({ name, argChoices }) =>
        `  elif [[ $command == ${name} ]]; then\n    mapfile -t COMPREPLY < <(compgen -W '${argChoices.join(' ')}' -- "$cur")`,
    )
    .join('\n');
}
