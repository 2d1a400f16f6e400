import type { Command, Option } from 'commander';
import { MORE } from './help.ts';

/** An option as the man page and the completions need it. */
export interface OptionShape {
  /** `-d`, `--duration`, `--apps`, `--no-apps`: all its names, the short one first. */
  readonly names: readonly string[];
  /** What stands for its value; `undefined` for a switch. */
  readonly placeholder: string | undefined;
  /** All values that it can have, where they can be named. */
  readonly choices: readonly string[];
  readonly explains: string;
  readonly default: string | undefined;
  /** Only few need it; see `--help-all`. */
  readonly isRare: boolean;
}

/** A command as the man page and the completions need it. */
export interface CommandShape {
  readonly name: string;
  readonly explains: string;
  /** Its arguments as `[interval] [count]`; empty where it has none. */
  readonly args: string;
  /** All words that its first argument can be, where they can be named. */
  readonly argChoices: readonly string[];
  readonly options: readonly OptionShape[];
  readonly commands: readonly CommandShape[];
}

/** Read from commander what a command has. */
export function describeCommand(command: Command): CommandShape {
  const helper = command.createHelp();
  const options = helper.visibleOptions(command);
  return {
    name: command.name(),
    explains: command.description(),
    args: command.registeredArguments
      .map((argument) => {
        const name = argument.variadic ? `${argument.name()}...` : argument.name();
        return argument.required ? name : `[${name}]`;
      })
      .join(' '),
    argChoices: command.registeredArguments[0]?.argChoices ?? [],
    options: options
      .filter(({ negate, description }) => !negate || description !== '')
      .map((option) => describeOption(option, options)),
    commands: describeSubcommands(helper.visibleCommands(command)),
  };
}

/** commander's `help` takes the name of one of the others, and does not say so. */
function describeSubcommands(commands: readonly Command[]): CommandShape[] {
  const shapes = commands.map(describeCommand);
  const argChoices = shapes.map(({ name }) => name).filter((name) => name !== 'help');
  return shapes.map((shape) => (shape.name === 'help' ? { ...shape, argChoices } : shape));
}

function describeOption(option: Option, all: readonly Option[]): OptionShape {
  const { short, long, argChoices, description, defaultValue, helpGroupHeading } = option;
  const opposite = option.negate
    ? undefined
    : all.find(({ negate, long: other }) => negate && other === `--no-${long?.slice(2)}`);
  return {
    names: [short, long, opposite?.long].flatMap((name) => name ?? []),
    placeholder: /[<[](.*)[>\]]/.exec(option.flags)?.[1],
    choices: argChoices ?? [],
    explains: description.replace(/; --no-\S+: do not$/, ''),
    default: defaultValue === undefined || option.negate ? undefined : String(defaultValue),
    isRare: helpGroupHeading === MORE,
  };
}
