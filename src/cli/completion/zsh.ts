import type { CommandShape, OptionShape } from '../shape.ts';
import { valuesOf } from './values.ts';

const FINDERS = { file: '_files', directory: '_files -/', user: '_users', none: ' ' } as const;

/** The completion for zsh: a file `_ebpf-processes` in `fpath`, or read by `source`. */
export function renderZsh(root: CommandShape): string {
  return `#compdef ${root.name}
# In ~/.zshrc, after compinit: source <(${root.name} completion zsh)
_ebpf_processes() {
  local context state state_descr line
  typeset -A opt_args
  # Behind -- stands another command.
  local -i at=\${words[(i)--]}
  if ((at < CURRENT)); then
    words=("\${(@)words[at + 1, -1]}")
    ((CURRENT -= at))
    _normal
    return
  fi
  _arguments -s -C \\
${root.options.flatMap(renderOption).join(' \\\n')} \\
    '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
${root.commands.map(({ name, explains }) => `        ${quote(`${name}:${explains}`)}`).join('\n')}
      )
      _describe command commands ;;
    rest)
      case $words[1] in
${root.commands.map(renderCommand).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _ebpf-processes ]]; then
  _ebpf_processes "$@"
else
  compdef _ebpf_processes ${root.name}
fi
`;
}

function renderCommand({ name, options, argChoices }: CommandShape): string {
  const words = argChoices.length === 0 ? [] : [`    '1: :(${argChoices.join(' ')})'`];
  const specs = [...options.flatMap(renderOption), ...words].map((spec) => spec.trim());
  const action = specs.length === 0 ? ':' : `_arguments -s ${specs.join(' \\\n          ')}`;
  return `        ${name})\n          ${action} ;;`;
}

/** One line for each name of an option, as \`_arguments\` has them. */
function renderOption(option: OptionShape): string[] {
  const { names, explains } = option;
  const others = `(${names.join(' ')})`;
  const text = explains.replace(/[[\]:\\]/g, '\\$&');
  return names.map((name) => {
    const join = option.placeholder === undefined ? '' : name.startsWith('--') ? '=' : '+';
    return `    ${quote(`${others}${name}${join}[${text}]${renderValue(option)}`)}`;
  });
}

function renderValue(option: OptionShape): string {
  const values = valuesOf(option);
  if (values === undefined) return '';
  const action = values === 'words' ? `(${option.choices.join(' ')})` : FINDERS[values];
  return `:${option.placeholder}:${action}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
