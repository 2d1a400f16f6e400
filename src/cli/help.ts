import { type Command, Help, Option } from 'commander';

/** Heading of the options that few need, as those that change how is counted: `--help-all` shows them too. */
export const MORE = 'More options:';

/**
 * Give a command, and those that are made below it, a short help and `--help-all`.
 *
 * The options that are left out are there for suggestions all the same.
 */
export function shortenHelp(command: Command): Command {
  return command.configureHelp({
    formatHelp: (of, helper) =>
      format(of, helper, ({ helpGroupHeading }) => helpGroupHeading !== MORE),
  });
}

/** Give a command a help with all options. */
export function lengthenHelp(command: Command): Command {
  return command.configureHelp({
    formatHelp: (of, helper) => `${format(of, helper, () => true)}\n${OTHERS}\n`,
  });
}

const OTHERS =
  'Options not given here come from configuration files;\n`ebpf-processes config` shows which';

/** Add `--help-all` to a command. */
export function addHelpAll(command: Command): void {
  command.addOption(new Option('--help-all', 'print all options, also those that few need'));
  command.on('option:help-all', () => lengthenHelp(command).help());
}

function format(command: Command, helper: Help, isShown: (option: Option) => boolean): string {
  const narrowed: Help = Object.assign(Object.create(Help.prototype), helper, {
    visibleOptions: (of: Command) =>
      helper.visibleOptions(of).filter((option) => !isOpposite(option) && isShown(option)),
    subcommandTerm: nameCommand,
    // What few need stands last, in whatever order options were added.
    groupItems: (...items: Parameters<Help['groupItems']>) =>
      new Map(
        [...helper.groupItems(...items)].sort(
          ([a], [b]) => Number(a === MORE) - Number(b === MORE),
        ),
      ),
  });
  return Help.prototype.formatHelp.call(narrowed, command, narrowed);
}

/** What a command can be given stands in its own help; here only what it must be given. */
function nameCommand(command: Command): string {
  const needed = command.registeredArguments.filter(({ required }) => required);
  return [command.name(), ...needed.map((argument) => `<${argument.name()}>`)].join(' ');
}

/** `--no-apps` stands in the line of `--apps`. */
function isOpposite({ negate, description }: Option): boolean {
  return negate && description === '';
}

/** commander's complaint in the shape of ours: a sentence, and the next step where there is one. */
export function toOurShape(complaint: string): string {
  const [sentence = '', near] = complaint.trimEnd().split('\n(Did you mean ');
  if (near !== undefined) return `${sentence}\nhint: did you mean ${near.replace(/\)$/, '')}\n`;
  if (!sentence.includes('unknown option')) return `${sentence}\n`;
  return `${sentence}\nhint: ebpf-processes --help-all names all options\n`;
}
