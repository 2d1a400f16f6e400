import { readdirSync } from 'node:fs';
import { sayFlags } from '../../../src/cli/option-flags.ts';
import { buildConfiguration, describeInstead } from '../../../src/settings/configuration.ts';
import { OPTIONS } from '../../../src/settings/options.ts';
import { parseConf } from '../../../src/settings/parse-conf.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import { readValue, showValue } from '../../../src/settings/values.ts';
import { fixturePath, readFixture } from '../../fixtures.ts';
import { claim, claimCount, seedsOf, type Target } from '../target.ts';

/** Configuration files of Netdata, as its versions have them. */
const FILES = readdirSync(fixturePath('config'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.conf'))
  .map((file) => readFixture(`config/${file}`));

const SHORT_FILES = [
  ...FILES.map((file) => file.slice(0, 1_500)),
  '[global]\n  update every = 5\r\n apps=yes\n\ndisable apps = no\n[open\n=x\npid table size = 0x40',
];

export const SETTINGS_TARGETS: readonly Target[] = [
  {
    name: 'configuration lines',
    seeds: seedsOf(SHORT_FILES),
    run: (input) => {
      const text = input.toString('utf8');
      const lines = text.split('\n').length;
      const conf = parseConf(text);
      for (const { line } of [...conf.lines, ...conf.sections, ...conf.ignored]) {
        claimCount(line, 'the number of a line');
        claim(line >= 1 && line <= lines, `line ${line} of ${lines}`);
      }
    },
  },
  {
    name: 'configuration files',
    seeds: seedsOf(SHORT_FILES),
    share: 0.5,
    run: (input) => {
      const file = { path: '/x', isStock: false, text: input.toString('utf8') };
      const configuration = buildConfiguration({
        flags: [],
        processConf: { ...file, name: 'process.conf' },
        mainConf: undefined,
        updateEveryArgument: undefined,
        program: 'plugin',
      });
      claimAccepted(configuration.settings);
      for (const problem of configuration.problems) {
        claimShown(describeInstead(problem, configuration));
      }
    },
  },
  {
    name: 'values of options',
    seeds: seedsOf([
      ...['yes', 'off', '5', '0x1F', 'entry', 'co-re', '/usr/bin/bpftrace', '', '010'],
    ]),
    share: 0.5,
    run: (input) => {
      const text = input.toString('utf8');
      const flags = Object.fromEntries(
        OPTIONS.map(({ flag }) => [
          flag.replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
          text,
        ]),
      );
      const configuration = buildConfiguration({
        flags: sayFlags(flags),
        processConf: undefined,
        mainConf: undefined,
        updateEveryArgument: text,
        program: 'diagnostic',
      });
      claimAccepted(configuration.settings);
      for (const { sentence } of configuration.problems) claimShown(sentence);
    },
  },
];

/** Each value can be written, and is then read as the same. */
function claimAccepted(settings: Settings): void {
  for (const [key, value] of Object.entries(settings)) {
    const again = readValue(key as keyof Settings, showValue(value ?? ''));
    claim(again === value, `${key} is ${value}`);
  }
}

/** A sentence goes to a terminal and a log: no control characters, and not a page of them. */
function claimShown(sentence: string): void {
  claim(
    !/[\p{Cc}]/u.test(sentence),
    `a sentence has control characters: ${JSON.stringify(sentence)}`,
  );
}
