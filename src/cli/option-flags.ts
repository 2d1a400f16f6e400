import { type Command, Option } from 'commander';
import { OPTIONS, type Option as SettingsOption } from '../settings/options.ts';
import type { Said } from '../settings/said.ts';
import { describeAccepted, isSwitch, listWords, showValue } from '../settings/values.ts';
import { MORE } from './help.ts';

/** Options that only the plugin has. */
const OF_THE_PLUGIN: readonly SettingsOption['key'][] = [
  'updateEverySeconds',
  'charts',
  'onRequest',
  'lifetimeSeconds',
];

/** The options of a command line as commander returns them. */
export type OptionFlags = Readonly<Record<string, unknown>> & { readonly configDir?: string };

/**
 * Add a flag for each option, and `--config-dir`. commander neither checks them nor knows their defaults: that is done
 * together with the files, so that all complaints come at once and every value has its origin.
 *
 * @param which - `all`, or only those of the diagnostic.
 */
export function addOptionFlags(command: Command, which: 'all' | 'watching'): Command {
  for (const option of OPTIONS) {
    if (which === 'watching' && OF_THE_PLUGIN.includes(option.key)) continue;
    const { key, flag, letter, placeholder, explains } = option;
    const name = letter === undefined ? `--${flag}` : `-${letter}, --${flag}`;
    if (isSwitch(key)) {
      addMore(command, name, `${explains}; --no-${flag}: do not`);
      addMore(command, `--no-${flag}`, '');
    } else {
      const words = listWords(key);
      const added = addMore(
        command,
        `${name} <${placeholder}>`,
        words === undefined ? `${explains} (${describeAccepted(key)})` : explains,
      );
      // Not `choices()`, which would check them: see above.
      if (words !== undefined) added.argChoices = [...words];
    }
  }
  command.option('--no-errors', 'do not count failed forks, as --mode entry');
  addMore(
    command,
    '--config-dir <directory>',
    'read ebpf.d.conf, ebpf.d/process.conf and apps_groups.conf from this directory only',
  );
  return command;
}

function addMore(command: Command, flags: string, explains: string): Option {
  const option = new Option(flags, explains).helpGroup(MORE);
  command.addOption(option);
  return option;
}

/** The options that were given as flags. */
export function sayFlags(flags: OptionFlags): Said[] {
  return [...sayOptions(flags), ...(flags['errors'] === false ? [NO_ERRORS] : [])];
}

/** Stands behind `--mode`, which is more exact. */
const NO_ERRORS: Said = {
  key: 'loadMode',
  name: '--no-errors',
  text: 'entry',
  origin: { kind: 'flag', place: '--no-errors' },
};

function sayOptions(flags: OptionFlags): Said[] {
  return OPTIONS.flatMap(({ key, flag }) => {
    const word = flags[toProperty(flag)];
    if (typeof word !== 'string' && typeof word !== 'boolean') return [];
    const name = word === false ? `--no-${flag}` : `--${flag}`;
    return [{ key, name, text: showValue(word), origin: { kind: 'flag', place: name } }];
  });
}

/** Commander's name of an option: `pid-table-size` → `pidTableSize`. */
function toProperty(flag: string): string {
  return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
