import { describe, expect, test } from 'vitest';
import { type Dump, DumpReader } from '../../src/bpftrace/dumps.ts';
import type { Line } from '../../src/bpftrace/lines.ts';
import type { Half } from '../../src/program/double-buffer.ts';
import { fc } from '../property.ts';

type Counts = Readonly<Record<string, number>>;

/** What one half of the maps holds when it is printed. */
interface Printed {
  readonly scalars?: Counts;
  readonly errors?: Counts;
  readonly keys?: Counts;
}

describe('a dump of one half', () => {
  test('has the sum of both halves, and the keys of its own alone', () => {
    const [first, second] = read([
      ...print(1, 'a', { scalars: { exec: 3 }, errors: { 11: 1, 12: 1 }, keys: { x: 4 } }),
      ...print(2, 'b', { scalars: { exec: 4 }, errors: { 11: 5 }, keys: { y: 5 } }),
    ]);
    expect(first).toMatchObject({
      scalars: toMap({ exec: 3 }),
      keyed: keyed({ 11: 1, 12: 1 }, { x: 4 }),
    });
    expect(second).toMatchObject({
      scalars: toMap({ exec: 7 }),
      keyed: keyed({ 11: 6, 12: 1 }, { y: 5 }),
    });
  });

  test('may have no keys where the one before it had some', () => {
    const dumps = read([
      ...print(1, 'a', { scalars: { exec: 3 }, keys: { x: 3 } }),
      ...print(2, 'b', { scalars: { exec: 1 }, keys: { y: 1 } }),
      ...print(3, 'a', { scalars: { exec: 3 } }),
    ]);
    expect(dumps.map((dump) => dump.keyed.get('keys'))).toEqual([
      toMap({ x: 3 }),
      toMap({ y: 1 }),
      undefined,
    ]);
    expect(dumps.map(execs)).toEqual([3, 4, 4]);
  });

  test('has a counter of which only the other half has counted', () => {
    const dumps = read([
      ...print(1, 'a', { scalars: { exec: 3 } }),
      ...print(2, 'b', { scalars: { released: 1 } }),
    ]);
    expect(dumps[1]?.scalars).toEqual(toMap({ exec: 3, released: 1 }));
  });

  test('is dropped where it lacks a counter that this half had', () => {
    const dumps = read([
      ...print(1, 'a', { scalars: { exec: 3 }, keys: { x: 3 } }),
      ...print(2, 'b', { scalars: { exec: 1 } }),
      ...print(3, 'a', { keys: { x: 2 } }),
      ...print(4, 'b', { scalars: { exec: 2 } }),
      ...print(5, 'a', { scalars: { exec: 6 } }),
    ]);
    expect(dumps.map((dump) => dump.period)).toEqual([1, 2, 4, 5]);
    // What the dropped one had counted comes with the next one of its half.
    expect(dumps.map(execs)).toEqual([3, 4, 5, 8]);
  });

  test('knows nothing of the other half after a restart', () => {
    const reader = new DumpReader();
    push(reader, print(1, 'a', { scalars: { exec: 3 } }));
    reader.restart();
    expect(push(reader, print(2, 'b', { scalars: { exec: 1 } })).map(execs)).toEqual([1]);
  });
});

test('whatever is dealt to alternating halves, totals and key sums are exact', () => {
  const event = fc.record({
    counter: fc.constantFrom('exec', 'released', 'error'),
    index: fc.constantFrom('11', '12'),
    key: fc.constantFrom('x', 'y', 'z'),
  });
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 12 }), { maxLength: 12 }), (periods) => {
      const maps = { a: new HalfOfMaps(), b: new HalfOfMaps() };
      const lines = periods.flatMap((events, i) => {
        const half = i % 2 === 0 ? 'a' : 'b';
        for (const { counter, index, key } of events) maps[half].count(counter, index, key);
        return print(i + 1, half, maps[half].printAndClear());
      });
      const dumps = read(lines);
      expect(dumps).toHaveLength(periods.length);
      dumps.forEach((dump, i) => {
        const [now, soFar] = [periods[i] ?? [], periods.slice(0, i + 1).flat()];
        for (const counter of ['exec', 'released']) {
          const total = soFar.filter((event) => event.counter === counter).length;
          expect(dump.scalars.get(counter) ?? 0).toBe(total);
        }
        const errors = soFar.filter((event) => event.counter === 'error');
        expect(dump.keyed.get('error') ?? new Map()).toEqual(tally(errors.map((e) => e.index)));
        expect(dump.keyed.get('keys') ?? new Map()).toEqual(tally(now.map((e) => e.key)));
      });
    }),
  );
});

/** One half of the kernel's maps. */
class HalfOfMaps {
  readonly #scalars: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};
  #keys: Record<string, number> = {};

  count(counter: string, index: string, key: string): void {
    if (counter === 'error') this.#errors[index] = (this.#errors[index] ?? 0) + 1;
    else this.#scalars[counter] = (this.#scalars[counter] ?? 0) + 1;
    this.#keys[key] = (this.#keys[key] ?? 0) + 1;
  }

  printAndClear(): Printed {
    const keys = this.#keys;
    this.#keys = {};
    return { scalars: { ...this.#scalars }, errors: { ...this.#errors }, keys };
  }
}

/** As bpftrace prints it: a map with nothing in it is left out. */
function print(period: number, half: Half, { scalars = {}, errors, keys }: Printed): Line[] {
  const keyedLine = (name: string, counts: Counts = {}): Line[] =>
    Object.keys(counts).length === 0 ? [] : [{ kind: 'keyed', map: name, entries: toMap(counts) }];
  return [
    { kind: 'begin', period, kernelNs: 0, half },
    ...Object.entries(scalars).map(([map, value]): Line => ({ kind: 'scalar', map, value })),
    ...keyedLine('error', errors),
    ...keyedLine('keys', keys),
    { kind: 'end', period },
  ];
}

function push(reader: DumpReader, lines: readonly Line[]): Dump[] {
  return lines.map((line) => reader.push(line)).filter((dump) => dump !== undefined);
}

function read(lines: readonly Line[]): Dump[] {
  return push(new DumpReader(), lines);
}

function keyed(error: Counts, keys: Counts) {
  return new Map(Object.entries({ error: toMap(error), keys: toMap(keys) }));
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function toMap(counts: Counts): Map<string, number> {
  return new Map(Object.entries(counts));
}

function execs(dump: Dump): number | undefined {
  return dump.scalars.get('exec');
}
