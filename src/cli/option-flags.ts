import { type Command, Option } from 'commander';
import { OPTIONS, type Option as SettingsOption } from '../settings/options.ts';
import type { Said } from '../settings/said.ts';
import { describeAccepted, isSwitch, showValue } from '../settings/values.ts';

/** Options of the plugin that mean nothing to who watches once. */
const OF_THE_PLUGIN: readonly SettingsOption['key'][] = ['updateEverySeconds', 'lifetimeSeconds'];

/** The words of the command line by option, as commander keeps them. */
export type OptionFlags = Readonly<Record<string, unknown>> & { readonly configDir?: string };

/**
 * Add a flag for each option, and `--config-dir`. commander neither checks them nor knows their defaults: both are done
 * where files are read as well, so that all complaints come at once and every value has its origin.
 *
 * @param which - `all`, or only those that mean something to who watches once.
 */
export function addOptionFlags(command: Command, which: 'all' | 'watching'): Command {
  for (const option of OPTIONS) {
    if (which === 'watching' && OF_THE_PLUGIN.includes(option.key)) continue;
    const { key, flag, letter, placeholder, explains } = option;
    const name = letter === undefined ? `--${flag}` : `-${letter}, --${flag}`;
    if (isSwitch(key)) {
      command.addOption(new Option(name, `${explains}; --no-${flag}: do not`));
      command.addOption(new Option(`--no-${flag}`).hideHelp());
    } else {
      command.option(`${name} <${placeholder}>`, `${explains} (${describeAccepted(key)})`);
    }
  }
  return command
    .option(
      '--config-dir <directory>',
      'read ebpf.d.conf, ebpf.d/process.conf and apps_groups.conf from here and nowhere else',
    )
    .addHelpText('after', '\nWhat is not said comes from these files: ebpf-processes config');
}

/** What was said by flags. */
export function sayFlags(flags: OptionFlags): Said[] {
  return OPTIONS.flatMap(({ key, flag }) => {
    const word = flags[toProperty(flag)];
    if (typeof word !== 'string' && typeof word !== 'boolean') return [];
    const name = word === false ? `--no-${flag}` : `--${flag}`;
    return [{ key, name, text: showValue(word), origin: { kind: 'flag', place: name } }];
  });
}

/** As commander names it: `pid-table-size` → `pidTableSize`. */
function toProperty(flag: string): string {
  return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
