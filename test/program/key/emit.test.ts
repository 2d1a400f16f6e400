import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../../src/host/facts.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { isAttached, type Keying } from '../../../src/plan/plan.ts';
import { COUNTER_NUMBERS, expandCounts } from '../../../src/program/count.ts';
import { renderProgram } from '../../../src/program/render.ts';
import { readProbeSources } from '../../../src/session/compile.ts';
import { anyFacts } from '../../arbitraries.ts';
import { buildBpftrace, buildPlanFor, buildSettings } from '../../builders.ts';

const SOURCES = readProbeSources();

const KEYING: Keying = {
  by: 'types',
  commOffset: 8,
  startMember: 'start_boottime',
  remembersEnding: false,
  cgroupEvents: null,
};

const TABLES = { tables: 'per-cpu', losesNewKeys: false } as const;

/** The programs of all machines on which counts can be kept apart. */
const keyedProgram = anyFacts
  .map((facts) => buildPlan(facts, buildSettings('return', { cgroups: true })))
  .filter((plan) => plan.keying !== null)
  .map((plan) => renderProgram(plan, SOURCES));

describe('the text of a keyed program', () => {
  test.each<[string, Partial<HostFacts>, boolean]>([
    ['keyed', {}, false],
    ['keyed-remembering', { bpftrace: buildBpftrace('0.24.0') }, true],
    ['keyed-by-id', { bpftrace: buildBpftrace('0.11.3'), btf: 'unreadable' }, true],
  ])('is that of texts/%s.bt', async (name, facts, remembersEnding) => {
    const plan = buildPlanFor(facts, 'return', { apps: true, cgroups: true });
    expect(plan.keying?.remembersEnding).toBe(remembersEnding);
    const { text } = renderProgram(plan, SOURCES);
    await expect(text).toMatchFileSnapshot(`texts/${name}.bt`);
  });
});

test('no keyed program has a string for a key', () => {
  fc.assert(
    fc.property(keyedProgram, ({ text }) => {
      const keys = [...text.matchAll(/@keys_[ab]\[(.*)\] = (?:count\(\)|sum\(1\));$/gm)];
      for (const [, key = ''] of keys) {
        const parts = key.split(', ');
        expect(parts).toHaveLength(6);
        for (const part of parts) expect(part).toMatch(/^(\$\w+|\(uint64\).+)$/);
      }
      expect(text).not.toMatch(/args->(comm|filename)/);
    }),
  );
});

test('each count of a keyed program is kept twice in each half, as a scalar and by key', () => {
  fc.assert(
    fc.property(keyedProgram, ({ text, maps }) => {
      const count = (pattern: RegExp) => [...text.matchAll(pattern)].length;
      expect(count(/@keys_a\[.*(?:count\(\)|sum\(1\))/g)).toBe(
        count(/@keys_b\[.*(?:count\(\)|sum\(1\))/g),
      );
      expect(count(/@[a-z]\w*_a(\[.*\])? = (?:count\(\)|sum\(1\))/g)).toBe(
        2 * count(/@keys_a\[.*(?:count\(\)|sum\(1\))/g),
      );
      for (const map of maps) {
        for (const half of ['a', 'b']) expect(text).toContain(`print(@${map}_${half});`);
      }
      expect(text).not.toMatch(/\bCOUNT\(|PRINT_MAPS/);
    }),
  );
});

test('where the program can read how old a process is, its end is marked as that of a short life or not', () => {
  fc.assert(
    fc.property(keyedProgram, ({ text, maps }) => {
      const ends = [
        ...text.matchAll(/@keys_[ab]\[.*\(uint64\)4( \| \$short)?\] = (?:count|sum\(1)/g),
      ];
      expect(ends).toHaveLength(maps.includes('process_exited') ? 2 : 0);
      for (const [, mark] of ends) expect(mark !== undefined).toBe(text.includes('start_'));
    }),
  );
});

test('a program whose counts are not kept apart has no halves', () => {
  const { text } = renderProgram(buildPlanFor(), SOURCES);
  expect(text).not.toMatch(/_[ab]\b|@_half/);
});

test('every counter has a number of its own that fits below the index', () => {
  const numbers = Object.values(COUNTER_NUMBERS);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const number of numbers) expect(number > 0 && number < 256).toBe(true);
});

describe('a COUNT statement', () => {
  test.each([
    ['of a scalar', '  COUNT(exec, self);', '  @exec = count();'],
    ['with an index', 'COUNT(error[(uint64)7], caller);', '@error[(uint64)7] = count();'],
    ['that is none', '  COUNTED(exec, self);', '  COUNTED(exec, self);'],
    ['of a subject that is none', 'COUNT(exec, nobody);', 'COUNT(exec, nobody);'],
  ])('%s', (_, statement, expanded) => {
    expect(expandCounts(statement, { keying: null, ...TABLES })).toBe(expanded);
  });

  test('makes a key before it counts in it, where two CPUs that make it at once lose a count', () => {
    expect(
      expandCounts('  COUNT(error[(uint64)7], caller);', {
        keying: null,
        ...TABLES,
        losesNewKeys: true,
      }),
    ).toBe('  @error[(uint64)7] = sum(0);\n  @error[(uint64)7] = sum(1);');
  });

  test('of a counter without a number is the mistake of who wrote the probe', () => {
    expect(() => expandCounts('COUNT(forked, self);', { keying: KEYING, ...TABLES })).toThrow(
      new Error('forked has no number in COUNTER_NUMBERS'),
    );
  });
});

test('in a central map every key ends with the CPU, so that no two CPUs write one', () => {
  const plan = buildPlanFor({}, 'return', { apps: true, mapsPerCore: false });
  const { text, tables } = renderProgram(plan, SOURCES);
  expect(tables).toBe('central');
  expect(text).not.toContain('count()');
  const counts = [...text.matchAll(/@(\w+)\[(.*)\]\+\+;$/gm)];
  expect(new Set(counts.map(([, map]) => map?.replace(/_[ab]$/, '')))).toEqual(
    new Set([...plan.events.filter(isAttached).flatMap((event) => event.maps), 'keys']),
  );
  for (const [, , key] of counts) expect(key).toMatch(/(^|, )\(uint64\)cpu$/);
});
