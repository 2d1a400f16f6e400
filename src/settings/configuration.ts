import { unsafe } from 'ini';
import { type ConfFile, readConfLayer } from './conf-layer.ts';
import { quote } from './parse-conf.ts';
import type { Layer, Origin, Problem, Said } from './said.ts';
import { completeSettings, SETTING_KEYS, type Settings } from './settings.ts';
import { describeAccepted, readValue, showValue, type Value } from './values.ts';

/** Everything that was said about options, by place. */
export interface Sources {
  readonly flags: readonly Said[];
  readonly processConf: ConfFile | undefined;
  readonly mainConf: ConfFile | undefined;
  /** The update every that Netdata gives a plugin as its first argument. */
  readonly updateEveryArgument: string | undefined;
  /** It is not what Netdata gives every plugin: the user has set it for this one, in `netdata.conf`. */
  readonly isUpdateEveryWanted?: boolean;
  /** Who asks; see `OWN_DEFAULTS`. */
  readonly program: 'plugin' | 'diagnostic';
}

/** The settings, where each comes from, and what is wrong with what was said. */
export interface Configuration {
  readonly settings: Settings;
  readonly origins: Readonly<Record<keyof Settings, Origin>>;
  /** In the order of their places. What a problem is about is left out of `settings`. */
  readonly problems: readonly Problem[];
}

const DEFAULT: Origin = { kind: 'default', place: 'default' };

/**
 * The diagnostic counts all there is by default, because its page says what is wrong and who does it. These defaults stand
 * above the files: what those say of them is said of charts.
 */
const OWN_DEFAULTS: readonly Said[] = (
  [
    ['loadMode', 'return'],
    ['apps', 'yes'],
    ['cgroups', 'yes'],
  ] as const
).map(([key, text]) => ({
  key,
  name: key,
  text,
  origin: { kind: 'default', place: 'default of the diagnostic' },
}));

/**
 * Put together what was said. Flags come before `process.conf`, `ebpf.d.conf`, the first argument and the defaults. An argument
 * that the user has set comes before the update every of files that came with Netdata.
 */
export function buildConfiguration(sources: Sources): Configuration {
  const layers: readonly Layer[] = [
    { said: sources.flags, problems: [] },
    { said: sources.program === 'diagnostic' ? OWN_DEFAULTS : [], problems: [] },
    readLayer(sources.processConf, sources.isUpdateEveryWanted),
    readLayer(sources.mainConf, sources.isUpdateEveryWanted),
    { said: sayArgument(sources.updateEveryArgument), problems: [] },
  ];
  const problems = layers.flatMap((layer) => layer.problems);
  const chosen = new Map<keyof Settings, { readonly value: Value; readonly origin: Origin }>();
  for (const one of layers.flatMap((layer) => layer.said)) {
    const value = readSaid(one);
    if (value === undefined)
      problems.push({ sentence: describeBad(one), from: one.origin.kind, key: one.key });
    else if (!chosen.has(one.key)) chosen.set(one.key, { value, origin: one.origin });
  }
  return {
    settings: completeSettings(
      Object.fromEntries([...chosen].map(([key, { value }]) => [key, value])),
    ),
    origins: Object.fromEntries(
      SETTING_KEYS.map((key) => [key, chosen.get(key)?.origin ?? DEFAULT]),
    ) as Configuration['origins'],
    problems: [...problems].sort((a, b) =>
      a.sentence.localeCompare(b.sentence, 'en', { numeric: true }),
    ),
  };
}

/** What is wrong, and which value is used instead. */
export function describeInstead(problem: Problem, { settings, origins }: Configuration): string {
  if (problem.key === undefined) return problem.sentence;
  const value = settings[problem.key];
  return value === undefined
    ? problem.sentence
    : `${problem.sentence}; ${showValue(value)} is used (${origins[problem.key].place})`;
}

function readLayer(file: ConfFile | undefined, isUpdateEveryWanted = false): Layer {
  if (file === undefined) return { said: [], problems: [] };
  const layer = readConfLayer(file);
  if (!file.isStock || !isUpdateEveryWanted) return layer;
  return { ...layer, said: layer.said.filter(({ key }) => key !== 'updateEverySeconds') };
}

function sayArgument(text: string | undefined): Said[] {
  const name = 'update_every';
  return text === undefined
    ? []
    : [{ key: 'updateEverySeconds', name, text, origin: { kind: 'argument', place: name } }];
}

function readSaid({ key, text, isOpposite }: Said): Value | undefined {
  const value = readValue(key, text);
  return isOpposite && typeof value === 'boolean' ? !value : value;
}

function describeBad({ key, name, text, origin }: Said): string {
  const subject = origin.kind === 'file' ? `${origin.place}: ${name}` : name;
  const sentence = `${subject} must be ${describeAccepted(key)}, not ${quote(text)}`;
  if (origin.kind !== 'file') return sentence;
  // Other INI files have quotes, and comments behind a value. The message shows the line without them.
  const meant = String(unsafe(text));
  return meant !== text && readValue(key, meant) !== undefined
    ? `${sentence}: a value has no quotes and no comment behind it, write ${name} = ${meant}`
    : sentence;
}
