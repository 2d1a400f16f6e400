import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ConfFile } from '../../src/settings/conf-layer.ts';
import {
  buildConfiguration,
  describeInstead,
  type Sources,
} from '../../src/settings/configuration.ts';
import { OPTIONS } from '../../src/settings/options.ts';
import type { Said } from '../../src/settings/said.ts';
import { completeSettings, type Settings } from '../../src/settings/settings.ts';
import { readValue, showValue } from '../../src/settings/values.ts';
import { anyText } from '../any-text.ts';
import { fc } from '../property.ts';

const ROOT = new URL('../../', import.meta.url);

describe('the strongest place counts', () => {
  const flag: Said = {
    key: 'updateEverySeconds',
    name: '--update-every',
    text: '1',
    origin: { kind: 'flag', place: '--update-every' },
  };
  const all = {
    flags: [flag],
    processConf: '[global]\nupdate every = 2',
    mainConf: '[global]\nupdate every = 3',
    updateEveryArgument: '4',
  };
  test.each([
    ['a flag', {}, 1, '--update-every'],
    ['process.conf', { flags: [] }, 2, 'process.conf:2'],
    ['ebpf.d.conf', { flags: [], processConf: '' }, 3, 'ebpf.d.conf:2'],
    ['the first argument', { flags: [], processConf: '', mainConf: '' }, 4, 'update_every'],
    [
      'the default',
      { flags: [], processConf: '', mainConf: '', updateEveryArgument: undefined },
      5,
      'default',
    ],
  ])('%s', (_, without, value, place) => {
    const { settings, origins, problems } = configure({ ...all, ...without });
    expect([settings.updateEverySeconds, origins.updateEverySeconds.place]).toEqual([value, place]);
    expect(problems).toEqual([]);
  });

  test.each([
    [true, true, 4, 'update_every'],
    [true, false, 2, 'process.conf:2'],
    [false, true, 2, 'process.conf:2'],
  ])(
    'in stock files: %j, an argument that the user has set: %j',
    (isStock, isUpdateEveryWanted, value, place) => {
      const given = { ...all, flags: [], isStock, isUpdateEveryWanted };
      const { settings, origins } = configure(given);
      expect([settings.updateEverySeconds, origins.updateEverySeconds.place]).toEqual([
        value,
        place,
      ]);
    },
  );

  test('for each option by itself', () => {
    const { settings, origins } = configure({
      processConf: '[global]\napps = yes',
      mainConf: '[global]\napps = no\ncgroups = yes',
    });
    expect(settings).toEqual(completeSettings({ apps: true, cgroups: true }));
    expect([origins.apps.place, origins.cgroups.place, origins.loadMode.place]).toEqual([
      'process.conf:2',
      'ebpf.d.conf:3',
      'default',
    ]);
  });
});

test('of lines with the same name the last counts', () => {
  const { settings, origins } = configure({
    processConf: '[global]\napps = no\n[other]\napps = no\n[global]\napps = yes',
  });
  expect([settings.apps, origins.apps.place]).toEqual([true, 'process.conf:6']);
});

describe("of Netdata's older names", () => {
  test('load is the load mode', () => {
    const { settings, origins } = configure({ mainConf: '[global]\nload = return' });
    expect([settings.loadMode, origins.loadMode.place]).toEqual(['return', 'ebpf.d.conf:2']);
  });

  test.each([
    ['yes', false],
    ['no', true],
  ])('disable apps = %s is the opposite of apps', (text, apps) => {
    expect(configure({ mainConf: `[global]\ndisable apps = ${text}` }).settings.apps).toBe(apps);
  });

  test('the new one counts where both stand', () => {
    const text = '[global]\napps = yes\ndisable apps = yes\nebpf load mode = entry\nload = return';
    expect(configure({ mainConf: text }).settings).toMatchObject({ apps: true, loadMode: 'entry' });
  });

  test('a bad value is named as it stands there', () => {
    const { problems } = configure({ mainConf: '[global]\nload = dev' });
    expect(sentences(problems)).toEqual(['ebpf.d.conf:2: load must be entry or return, not "dev"']);
  });
});

describe('the diagnostic counts all there is, and keeps it apart', () => {
  const no = '[global]\napps = no\ncgroups = no';
  test.each<[string, Partial<Given>, boolean]>([
    ['by itself', {}, true],
    ['whatever ebpf.d.conf says for the charts of all programs', { mainConf: no }, true],
    ['and whatever process.conf says for those of ours', { processConf: no }, true],
    ['unless a flag says no', { flags: [sayNo('apps'), sayNo('cgroups')] }, false],
  ])('%s', (_, given, isApart) => {
    const { settings } = configure({ ...given, program: 'diagnostic' });
    expect([settings.apps, settings.cgroups]).toEqual([isApart, isApart]);
  });

  test.each<[string, Partial<Given>, string]>([
    ['with failed forks', {}, 'return'],
    ['whatever the files say', { processConf: '[global]\nebpf load mode = entry' }, 'return'],
    ['unless a flag says entry', { flags: [sayMode('entry')] }, 'entry'],
  ])('%s', (_, given, loadMode) => {
    expect(configure({ ...given, program: 'diagnostic' }).settings.loadMode).toBe(loadMode);
  });
});

/** For each option texts that are no value of it. */
const BAD: Record<string, readonly string[]> = {
  'update every': ['0', '-1', '86401', '5s', '', 'x'],
  'ebpf load mode': ['both', 'dev', ''],
  apps: ['1', 'maybe', ''],
  'apps groups format': ['1', '2.1', 'netdata', ''],
  cgroups: ['0', 'y'],
  charts: ['old', '2.11', ''],
  'pid table size': ['63', '4194305', '32k'],
  'ebpf type format': ['core', ''],
  'ebpf co-re tracing': ['tracepoint', 'kprobe'],
  'maps per core': ['all'],
  'real time': ['perhaps', 'maybe'],
  'on request': ['1', ''],
  lifetime: ['0', '31536001', 'forever'],
};

describe('a bad value', () => {
  const places = ['flag', 'process.conf', 'ebpf.d.conf'] as const;
  const cases = Object.entries(BAD).flatMap(([name, texts]) =>
    texts.flatMap((text) => places.map((place) => [name, text, place] as const)),
  );
  test.each(cases)('%s = %j in %s is one sentence, and the default counts', (name, text, place) => {
    const { key = 'apps', flag } = OPTIONS.find((option) => option.name === name) ?? {};
    const file = `[global]\n\n${name} = ${text}`;
    const said: Said = {
      key,
      name: `--${flag}`,
      text,
      origin: { kind: 'flag', place: `--${flag}` },
    };
    const { settings, origins, problems } = configure({
      flags: place === 'flag' ? [said] : [],
      processConf: place === 'process.conf' ? file : '',
      mainConf: place === 'ebpf.d.conf' ? file : '',
    });
    const subject = place === 'flag' ? `--${flag}` : `${place}:3: ${name}`;
    expect(sentences(problems)).toEqual([
      expect.stringMatching(new RegExp(`^${subject} must be [^"]+, not "${text}"$`)),
    ]);
    expect(settings).toEqual(completeSettings({}));
    expect(origins[key].place).toBe('default');
  });

  test('every option has some in this test', () => {
    expect(Object.keys(BAD)).toEqual(OPTIONS.flatMap(({ name }) => name ?? []));
  });

  test('as the first argument is one sentence', () => {
    const { problems, settings } = configure({ updateEveryArgument: 'x' });
    expect(sentences(problems)).toEqual([
      'update_every must be a whole number from 1 to 86400, not "x"',
    ]);
    expect(settings.updateEverySeconds).toBe(5);
  });

  test('gives way to what a weaker place says, and the plugin says so', () => {
    const configuration = configure({
      processConf: '[global]\nupdate every = soon\ncolour = red',
      mainConf: '[global]\nupdate every = 3',
    });
    expect(configuration.settings.updateEverySeconds).toBe(3);
    expect(
      configuration.problems.map((problem) => describeInstead(problem, configuration)),
    ).toEqual([
      'process.conf:2: update every must be a whole number from 1 to 86400, not "soon"; 3 is used (ebpf.d.conf:2)',
      expect.stringMatching(
        /^process\.conf:3: there is no option "colour"; there are update every, .* lifetime$/,
      ),
    ]);
  });

  test.each([
    ['apps = yes # on', 'apps = yes'],
    ['apps = "yes"', 'apps = yes'],
    ["update every = '5'", 'update every = 5'],
    ['update every = 5 ; seconds', 'update every = 5'],
  ])('%s is answered with what to write', (line, instead) => {
    const [problem] = configure({ processConf: `[global]\n${line}` }).problems;
    expect(problem?.sentence).toMatch(
      new RegExp(`: a value has no quotes and no comment behind it, write ${instead}$`),
    );
  });

  test.each(['apps = "maybe"', 'apps = maybe # on', "ebpf load mode = '5'"])(
    '%s is not mended',
    (line) => {
      const [problem] = configure({ processConf: `[global]\n${line}` }).problems;
      expect(problem?.sentence).not.toMatch('write');
    },
  );
});

test('of a file without a line that makes sense, some problems are told and the others counted', () => {
  const lines = Array.from({ length: 1_000 }, (_, i) => `line ${i}`);
  const { problems } = configure({ processConf: `[global]\n${lines.join('\n')}` });
  expect(problems).toHaveLength(21);
  expect(sentences(problems)).toContain('process.conf: 980 more lines are wrong');
});

test('a long value is cut where it is shown', () => {
  const { problems } = configure({ processConf: `[global]\napps = ${'y'.repeat(100_000)}` });
  expect(sentences(problems)).toEqual([
    `process.conf:2: apps must be yes or no, not "${'y'.repeat(200)}…"`,
  ]);
});

test('a problem knows whether a flag or a file has it', () => {
  const { problems } = configure({ processConf: '[global]\napps = 1', updateEveryArgument: 'x' });
  expect(problems.map(({ from }) => from)).toEqual(['file', 'argument']);
});

test('all problems come at once, in the order of their lines', () => {
  const { problems, settings } = configure(readFixture('wrong', false));
  expect(sentences(problems)).toEqual([
    'ebpf.d.conf:1: "apps = yes" stands in no section; write [global] above it',
    'ebpf.d.conf:2: there is no section "[Global]"; the nearest is "[global]"',
    'ebpf.d.conf:5: update every must be a whole number from 1 to 86400, not "0"',
    'ebpf.d.conf:6: lifetime must be a whole number from 1 to 31536000, not "999999999"',
    'process.conf:3: update every must be a whole number from 1 to 86400, not "5 # seconds": a value has no quotes and no comment behind it, write update every = 5',
    'process.conf:4: ebpf load mode must be entry or return, not "both"',
    'process.conf:5: apps must be yes or no, not "\\"yes\\"": a value has no quotes and no comment behind it, write apps = yes',
    'process.conf:6: cgroups must be yes or no, not "1"',
    'process.conf:7: pid table size must be a whole number from 64 to 4194304, not "010"',
    'process.conf:8: ebpf type format must be legacy, co-re or auto, not ""',
    'process.conf:9: ebpf co-re tracing must be trampoline or probe, not "tracepoint"',
    'process.conf:10: "maps per core" is not NAME = VALUE',
    'process.conf:11: lifetime must be a whole number from 1 to 31536000, not "5s"',
    'process.conf:12: there is no option "maps-per-core"; the nearest is "maps per core"',
    expect.stringMatching(
      /^process\.conf:13: there is no option "colour"; there are update every, /,
    ),
  ]);
  expect(settings).toEqual(completeSettings({}));
});

describe("Netdata's stock files", () => {
  const versions: [string, Partial<Settings>][] = [
    ['1.37', { apps: true }],
    ['1.43', {}],
    ['2.x', { updateEverySeconds: 10 }],
  ];
  // Copied: as Netdata's edit-config leaves them in the user's directory.
  const cases = versions.flatMap(([version, said]) => [
    ['stock', version, said] as const,
    ['copied', version, said] as const,
  ]);
  test.each(cases)('%s, of %s are read without a complaint', (where, version, said) => {
    const { settings, problems } = configure(readFixture(`netdata-${version}`, where === 'stock'));
    expect(problems).toEqual([]);
    expect(settings).toEqual(completeSettings(said));
  });

  test('may hold names that are new, as long as nobody edits them', () => {
    const text = '[global]\nebpf colour = red\napps = yes';
    expect(configure({ processConf: text, isStock: true })).toMatchObject({
      settings: { apps: true },
      problems: [],
    });
  });
});

describe('our own process.conf', () => {
  const text = readFileSync(new URL('config/ebpf.d/process.conf', ROOT), 'utf8');

  test('says nothing by itself, so that ebpf.d.conf counts', () => {
    expect(configure({ processConf: text })).toEqual(configure({}));
  });

  test('shows the default of every option', () => {
    const uncommented = text.replace(/^ +# ([a-z -]+ = .*)$/gm, '$1');
    const { settings, origins, problems } = configure({ processConf: uncommented });
    expect(problems).toEqual([]);
    expect(settings).toEqual(completeSettings({}));
    for (const { key, name } of OPTIONS) {
      expect(origins[key].kind, key).toBe(name === null ? 'default' : 'file');
    }
  });

  test('explains each option in the line above it', () => {
    for (const { name } of OPTIONS.filter((option) => option.name !== null)) {
      expect(text).toMatch(new RegExp(`\n    # [A-Za-z][^\n]{30,}\n    # ${name} = `));
    }
  });
});

test('whatever a file holds, settings are valid and every origin leads to its line', () => {
  const names = OPTIONS.flatMap(({ name, oldName }) => [name, oldName?.name]).filter(
    (n) => n != null,
  );
  const word = fc.oneof(
    fc.constantFrom(
      ...names,
      'yes',
      'no',
      'return',
      'legacy',
      'probe',
      '1',
      '64',
      '0x50',
      '#',
      '"1"',
    ),
    anyText,
  );
  const line = fc.oneof(
    fc.tuple(word, word).map((pair) => pair.join(' = ')),
    fc.constantFrom('[global]', '[ebpf programs]', ''),
    anyText,
  );
  const anyFile = fc.array(line, { maxLength: 30 }).map((lines) => `[global]\n${lines.join('\n')}`);
  fc.assert(
    fc.property(anyFile, anyFile, (processConf, mainConf) => {
      const { settings, origins, problems } = configure({ processConf, mainConf });
      expect(
        Object.entries(settings).filter(
          ([key, value]) => readValue(key as keyof Settings, showValue(value ?? '')) !== value,
        ),
      ).toEqual([]);
      for (const { key, name, oldName } of OPTIONS) {
        if (origins[key].kind !== 'file') continue;
        const [file, number] = origins[key].place.split(':');
        const text = file === 'process.conf' ? processConf : mainConf;
        const said = text.split('\n')[Number(number) - 1]?.split('=')[0]?.trim();
        expect([name, oldName?.name]).toContain(said);
      }
      for (const { sentence } of problems) {
        expect(sentence).toMatch(/^(process|ebpf\.d)\.conf:\d+: /);
        expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
    }),
  );
});

interface Given {
  flags: Said[];
  processConf: string;
  mainConf: string;
  isStock: boolean;
  updateEveryArgument: string | undefined;
  isUpdateEveryWanted: boolean;
  program: Sources['program'];
}

function configure(given: Partial<Given>) {
  const file = (name: string, text: string | undefined): ConfFile | undefined =>
    text === undefined
      ? undefined
      : { name, path: `/etc/netdata/${name}`, isStock: given.isStock ?? false, text };
  return buildConfiguration({
    flags: given.flags ?? [],
    processConf: file('process.conf', given.processConf),
    mainConf: file('ebpf.d.conf', given.mainConf),
    updateEveryArgument: given.updateEveryArgument,
    isUpdateEveryWanted: given.isUpdateEveryWanted ?? false,
    program: given.program ?? 'plugin',
  });
}

function readFixture(name: string, isStock: boolean): Partial<Given> {
  const read = (file: string) =>
    readFileSync(new URL(`fixtures/config/${name}/${file}`, ROOT), 'utf8');
  return { processConf: read('ebpf.d/process.conf'), mainConf: read('ebpf.d.conf'), isStock };
}

function sayNo(key: 'apps' | 'cgroups'): Said {
  const place = `--no-${key}`;
  return { key, name: place, text: 'no', origin: { kind: 'flag', place } };
}

function sentences(problems: readonly { readonly sentence: string }[]): string[] {
  return problems.map(({ sentence }) => sentence);
}

function sayMode(text: string): Said {
  return { key: 'loadMode', name: '--mode', text, origin: { kind: 'flag', place: '--mode' } };
}
