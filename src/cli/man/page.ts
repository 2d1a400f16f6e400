import type { CommandShape, OptionShape } from '../shape.ts';
import { list, plain, section, sentences, word, wrap } from './mdoc.ts';
import { ENDINGS, type Entry, EXAMPLES_OF_PAGE, FILES, VARIABLES } from './texts.ts';
import { describeThresholds } from './thresholds.ts';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/**
 * The manual page of the diagnostic, in mdoc(7).
 *
 * @param root - The command line, from which options and commands are taken.
 * @param date - `2026-11-26`.
 */
export function renderManPage(root: CommandShape, date: string): string {
  const [year, month, day] = date.split('-');
  const lines = [
    '.\\" Made by scripts/build.ts from the table of options.',
    `.Dd ${MONTHS[Number(month) - 1]} ${Number(day)}, ${year}`,
    '.Dt EBPF-PROCESSES 1',
    '.Os',
    ...section('NAME', [
      '.Nm ebpf-processes',
      '.Nd what happens to processes and threads of this kernel',
    ]),
    ...section('SYNOPSIS', renderSynopsis(root)),
    ...section('DESCRIPTION', renderDescription(root)),
    ...section('OPTIONS', renderOptions(root.options)),
    ...section('COMMANDS', renderCommands(root)),
    ...section('FINDINGS', renderFindings()),
    ...section('ENVIRONMENT', list(VARIABLES.map((entry) => toItem('Ev', entry)))),
    ...section('FILES', list(FILES.map((entry) => toItem('Pa', entry)))),
    ...section('EXIT STATUS', list(ENDINGS.map((entry) => toItem('Li', entry)))),
    ...section('EXAMPLES', list(EXAMPLES_OF_PAGE.map((entry) => toItem('Li', entry)))),
    ...section('SEE ALSO', ['.Xr proc 5 ,', '.Xr cgroups 7 ,', '.Xr bpftrace 8 ,', '.Xr sudo 8']),
  ];
  return `${lines.flatMap(wrap).join('\n')}\n`;
}

function renderSynopsis(root: CommandShape): string[] {
  return [
    '.Nm',
    '.Op Ar options',
    '.Op Fl \\&- Ar COMMAND ARGS ...',
    ...root.commands.flatMap(({ name, args, options }) => [
      '.Nm',
      `.Cm ${word(name)}`,
      ...(options.length === 0 ? [] : ['.Op Ar options']),
      ...(args === '' ? [] : [`.Ar ${word(args)}`]),
    ]),
  ];
}

function renderDescription(root: CommandShape): string[] {
  return [
    '.Nm',
    'counts in the kernel, by',
    '.Xr bpftrace 8 ,',
    'which processes and threads are created, executed, exited and released, and which forks fail.',
    'Without a command it watches the whole machine for some seconds, and prints one page: what is wrong,',
    'who does it, and what to do.',
    '.Pp',
    'With',
    '.Ar COMMAND ,',
    'which stands behind',
    '.Fl \\&- ,',
    'it watches while',
    '.Ar COMMAND',
    'runs, and tells apart what it and its children did.',
    '.Ar COMMAND',
    'runs as the user who called',
    '.Xr sudo 8 .',
    'Its standard output goes to standard error, so that the page stands alone.',
    '.Pp',
    'A number is exact, or marked with',
    '.Li ~',
    'where it is approximate, or absent with the reason.',
    `Root's rights are needed for everything but ${root.commands
      .map(({ name }) => name)
      .filter((name) => ['config', 'schema', 'completion', 'help'].includes(name))
      .join(', ')}.`,
  ];
}

function renderOptions(options: readonly OptionShape[]): string[] {
  return list([...options].sort((a, b) => Number(a.isRare) - Number(b.isRare)).map(renderOption));
}

function renderOption({ names, placeholder, choices, explains, ...option }: OptionShape) {
  const value = placeholder === undefined ? '' : ` Ar ${word(placeholder)}`;
  const text = [
    choices.length === 0 ? '' : `One of ${choices.join(', ')}.`,
    option.default === undefined ? '' : `Default: ${option.default}.`,
  ].filter((sentence) => sentence !== '');
  return {
    head: names.map((name) => `Fl ${word(name.slice(1))}${value}`).join(' , '),
    text: [
      // A word that stands for itself stays as it is.
      ...sentences(
        choices.some((one) => explains.startsWith(one)) ? explains : capitalize(explains),
      ),
      ...text.map(plain),
    ],
  };
}

/** Each command, with the options that the diagnostic itself has not. */
function renderCommands(root: CommandShape): string[] {
  const common = new Set(root.options.flatMap(({ names }) => names));
  return root.commands.flatMap((command) => {
    const isCommon = ({ names }: OptionShape) => names.some((name) => common.has(name));
    const own = command.options.filter((option) => !isCommon(option));
    return [
      `.Ss ${plain(command.name)}`,
      ...sentences(capitalize(command.explains)),
      ...(command.argChoices.length === 0
        ? []
        : [plain(`One of ${command.argChoices.join(', ')}.`)]),
      ...renderCommonNames(command.options.filter(isCommon)),
      ...(own.length === 0 ? [] : renderOptions(own)),
    ];
  });
}

/** The names of options that are described already. */
function renderCommonNames(options: readonly OptionShape[]): string[] {
  const names = options
    .filter(({ isRare, names }) => !isRare && !names.includes('--help'))
    .map(({ names }) => names.find((name) => name.startsWith('--')) ?? '')
    .filter((name) => name !== '--help-all');
  if (names.length === 0) return [];
  const hasRare = options.some(({ isRare }) => isRare);
  return [
    'Takes',
    ...names.map(
      (name, at) => `.Fl ${word(name.slice(1))}${at < names.length - 1 || hasRare ? ' ,' : ' .'}`,
    ),
    ...(hasRare ? ['and those of the options above that change how is counted.'] : []),
  ];
}

function renderFindings(): string[] {
  return [
    'The page begins with what is wrong.',
    'From where on something is told:',
    ...list(
      describeThresholds().map(([name, text]) => ({
        head: `Sy ${word(name)}`,
        text: sentences(text),
      })),
    ),
  ];
}

function toItem(macro: string, { name, explains }: Entry) {
  return { head: `${macro} ${word(name)}`, text: sentences(explains) };
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
