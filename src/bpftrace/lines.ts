import type { Half } from '../program/double-buffer.ts';
import type { MapLayout, ProgramLayout } from '../program/layout.ts';
import { type CgroupEvent, readCgroupEvents } from './cgroup-events.ts';
import { joinCpus } from './join-cpus.ts';

/** One line of `bpftrace -f json`, as far as we use it. */
export type Line =
  | {
      readonly kind: 'begin';
      readonly period: number;
      readonly kernelNs: number;
      /** Which half of the maps the dump holds; absent where there is no double buffer. */
      readonly half?: Half;
    }
  | { readonly kind: 'end'; readonly period: number }
  | { readonly kind: 'scalar'; readonly map: string; readonly value: number }
  | { readonly kind: 'keyed'; readonly map: string; readonly entries: ReadonlyMap<string, number> }
  /** A map whose values are names, byte strings. */
  | { readonly kind: 'names'; readonly map: string; readonly entries: ReadonlyMap<string, string> }
  | { readonly kind: 'cgroups'; readonly events: readonly CgroupEvent[] }
  | { readonly kind: 'lost-events'; readonly events: number }
  | { readonly kind: 'helper-error'; readonly text: string }
  /** A message that we do not use: attached probes, time, blank lines between messages. */
  | { readonly kind: 'other' }
  | { readonly kind: 'broken'; readonly text: string };

/** 0.14 and later print this after attaching; 0.23 and later on stdout. */
const ATTACHED_NOTICE = '__BPFTRACE_NOTIFY_PROBES_ATTACHED';

const OTHER: Line = { kind: 'other' };

/**
 * Read one line that bpftrace printed, of any supported version.
 *
 * @param text - Without its line break.
 * @param layout - The program's maps. Without it a map keeps its name, and an object is taken for a keyed map.
 * @see fixtures/README.md for what each version prints.
 */
export function parseLine(text: string, layout?: ProgramLayout): Line {
  if (text === '' || text === ATTACHED_NOTICE) return OTHER;
  const message = parseObject(text);
  // After a string with a control byte, 0.24 and later print the number of lost events in hexadecimal: that is not JSON.
  if (message === undefined) return parseLostEvents(text) ?? { kind: 'broken', text };
  switch (message['type']) {
    case 'printf':
      return parseMarker(message['data']) ?? OTHER;
    case 'map':
      return parseMap(message['data'], layout) ?? { kind: 'broken', text };
    case 'lost_events':
      return parseLostEvents(text) ?? { kind: 'broken', text };
    case 'helper_error':
      return {
        kind: 'helper-error',
        text: `${message['helper']}: ${message['msg'] ?? message['retcode']}`,
      };
    case undefined:
      return { kind: 'broken', text };
    default:
      return OTHER;
  }
}

/**
 * 0.12 and later print a byte above 0x7f of a string as `\uffffffc3`. JSON reads that as U+FFFF and four letters. The second
 * alternative takes any other escape whole, so that `\\uffffffc3` stays a backslash with text behind it.
 */
const WIDE_ESCAPE = /\\(?:uffffff([0-9a-f]{2})|.)/g;

function parseObject(text: string): Record<string, unknown> | undefined {
  // To find out that a line is not JSON costs ten times what it costs to read one that is.
  if (!text.includes('"type"')) return undefined;
  try {
    const value: unknown = JSON.parse(
      text.includes('\\uffffff')
        ? text.replace(WIDE_ESCAPE, (found, byte?: string) => (byte ? `\\u00${byte}` : found))
        : text,
    );
    return isObject(value) ? value : undefined;
  } catch {
    // Part of a line, or not JSON; the caller counts it.
    return undefined;
  }
}

function parseMarker(data: unknown): Line | undefined {
  const [, edge, period, kernelNs, half] =
    /^(begin|end) (\d{1,15})(?: (\d{1,20}))?(?: ([01]))?\n$/.exec(String(data)) ?? [];
  if (edge === 'begin' && kernelNs !== undefined) {
    const begin = { kind: 'begin' as const, period: Number(period), kernelNs: Number(kernelNs) };
    return half === undefined ? begin : { ...begin, half: half === '0' ? 'a' : 'b' };
  }
  return edge === 'end' ? { kind: 'end', period: Number(period) } : undefined;
}

function parseMap(data: unknown, layout: ProgramLayout | undefined): Line | undefined {
  if (!isObject(data)) return undefined;
  const [name, value] = Object.entries(data)[0] ?? [];
  if (name === undefined || !name.startsWith('@')) return undefined;
  const alias = name.slice(1);
  const map = layout === undefined ? guessLayout(alias, value) : layout.get(alias);
  // The program's own maps, such as `@half`, are among those that bpftrace prints when it ends.
  return map === undefined ? OTHER : readMap(map, value);
}

function guessLayout(alias: string, value: unknown): MapLayout {
  const holds = isObject(value) ? 'counts' : 'count';
  return { name: alias, alias, holds, endsWithCpu: false };
}

function readMap({ name, holds, endsWithCpu }: MapLayout, value: unknown): Line | undefined {
  if (!isObject(value)) {
    const count = toCount(value);
    return count === undefined ? undefined : { kind: 'scalar', map: name, value: count };
  }
  if (holds === 'names') {
    const entries = Object.entries(value).map(([key, text]): [string, string] => [
      key,
      String(text),
    ]);
    return { kind: 'names', map: name, entries: new Map(entries) };
  }
  const entries = new Map<string, number>();
  for (const [key, entry] of Object.entries(value)) {
    const count = toCount(entry);
    if (count === undefined) return undefined;
    entries.set(key, count);
  }
  if (holds === 'cgroups') return { kind: 'cgroups', events: readCgroupEvents(entries) };
  if (!endsWithCpu) return { kind: 'keyed', map: name, entries };
  const joined = joinCpus(entries);
  return holds === 'count'
    ? { kind: 'scalar', map: name, value: joined.get('') ?? 0 }
    : { kind: 'keyed', map: name, entries: joined };
}

/** 0.24 and later print numbers above 2^53 as strings. No map of ours counts so far, and a double would not hold it. */
function toCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

function parseLostEvents(text: string): Line | undefined {
  const [, events] = /^\{"type": "lost_events".*"events": ([0-9a-f]{1,12})\}\}$/.exec(text) ?? [];
  if (events === undefined) return undefined;
  return { kind: 'lost-events', events: Number.parseInt(events, /[a-f]/.test(events) ? 16 : 10) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
