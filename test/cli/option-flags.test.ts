import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addOptionFlags, type OptionFlags, sayFlags } from '../../src/cli/option-flags.ts';
import { OPTIONS } from '../../src/settings/options.ts';

test('a flag that is not given has no value, so that the files decide', () => {
  expect(say([])).toEqual([]);
});

test('every option has a flag', () => {
  const argv = OPTIONS.flatMap(({ flag, placeholder }) =>
    placeholder === undefined ? [`--${flag}`] : [`--${flag}`, 'word'],
  );
  expect(say(argv)).toEqual(
    OPTIONS.map(({ key, flag, placeholder }) => ({
      key,
      name: `--${flag}`,
      text: placeholder === undefined ? 'yes' : 'word',
      origin: { kind: 'flag', place: `--${flag}` },
    })),
  );
});

test.each(['apps', 'cgroups', 'maps-per-core'])(
  '--no-%s says no, and the last one counts',
  (flag) => {
    const no = [{ name: `--no-${flag}`, text: 'no', origin: { place: `--no-${flag}` } }];
    expect(say([`--no-${flag}`])).toMatchObject(no);
    expect(say([`--${flag}`, `--no-${flag}`])).toMatchObject(no);
    expect(say([`--no-${flag}`, `--${flag}`])).toMatchObject([{ name: `--${flag}`, text: 'yes' }]);
  },
);

test('the diagnostic does not know the options of the plugin', () => {
  expect(() => say(['--lifetime', '3'], 'watching')).toThrow('unknown option');
  expect(() => say(['--update-every', '3'], 'watching')).toThrow('unknown option');
});

function say(argv: readonly string[], which: 'all' | 'watching' = 'all') {
  const command = addOptionFlags(new Command(), which)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return sayFlags(command.parse([...argv], { from: 'user' }).opts<OptionFlags>());
}
