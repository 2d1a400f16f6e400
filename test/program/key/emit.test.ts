import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../../src/host/facts.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { isAttached } from '../../../src/plan/plan.ts';
import { writeCounts } from '../../../src/program/count.ts';
import { COUNTER_NUMBERS, KEY_PARTS } from '../../../src/program/key/layout.ts';
import { renderProgram } from '../../../src/program/render.ts';
import { anyFacts } from '../../arbitraries.ts';
import {
  buildBpftrace,
  buildPlanFor,
  buildSettings,
  FIRST_NAMESPACES,
  NO_PLAN,
} from '../../builders.ts';
import { fc } from '../../property.ts';

/** The plans of all machines on which counts can be kept apart. */
const keyedPlan = fc
  .tuple(anyFacts, fc.boolean())
  .map(([facts, hasCommand]) =>
    buildPlan(facts, buildSettings('return', { cgroups: true }), hasCommand),
  )
  .filter((plan) => plan.keying !== null);

/** `@keys_a[…] = count()`: the half and the key. */
const KEYED_COUNT = /@keys_([ab])\[(.*)\] = count\(\);$/gm;

describe('the text of a keyed program', () => {
  test.each<[string, Partial<HostFacts>]>([
    ['keyed', {}],
    [
      'keyed-in-container',
      { namespaces: { ...FIRST_NAMESPACES, pid: 'nested' }, bpftrace: buildBpftrace('0.27.1') },
    ],
    ['keyed-of-0.11', { bpftrace: buildBpftrace('0.11.3'), btf: 'unreadable' }],
    ['keyed-by-id', { bpftrace: buildBpftrace('0.17.0'), btf: 'absent' }],
  ])('is that of texts/%s.bt', async (name, facts) => {
    const { text } = renderProgram(buildPlanFor(facts, 'return', { apps: true, cgroups: true }));
    await expect(text).toMatchFileSnapshot(`texts/${name}.bt`);
  });
});

test('no keyed program has a string for a key', () => {
  fc.assert(
    fc.property(keyedPlan, (plan) => {
      const { text } = renderProgram(plan);
      for (const [, , key = ''] of text.matchAll(KEYED_COUNT)) {
        const parts = key.split(', ');
        expect(parts).toHaveLength(KEY_PARTS.length + (plan.losesNewKeys ? 1 : 0));
        expect(parts.filter((part) => !/^(\$\w+|\(uint64\).+)$/.test(part))).toEqual([]);
      }
      expect(text).not.toMatch(/args->(comm|filename)/);
    }),
  );
});

test('keys end with the CPU where this bpftrace loses what two CPUs count under a new one', () => {
  fc.assert(
    fc.property(keyedPlan, (plan) => {
      const { text, layout } = renderProgram(plan);
      for (const [, , key = ''] of text.matchAll(KEYED_COUNT)) {
        expect(key.endsWith('(uint64)cpu')).toBe(plan.losesNewKeys);
      }
      expect(layout.get('keys_a')?.endsWithCpu).toBe(plan.losesNewKeys);
    }),
  );
});

test('each count is one operation under a key and one of a total, in each half', () => {
  fc.assert(
    fc.property(keyedPlan, (plan) => {
      const { text } = renderProgram(plan);
      const counts = (pattern: RegExp) => [...text.matchAll(pattern)].map(([found]) => found);
      const inA = counts(/@\w+_a(\[.*\])? = count\(\);$/gm);
      const inB = counts(/@\w+_b(\[.*\])? = count\(\);$/gm);
      expect(inB).toEqual(inA.map((count) => count.replace('_a', '_b')));
      expect(text).not.toContain('sum(');
    }),
  );
});

test('where the program can read a task, the end of a process says how long it lived and how it ended', () => {
  fc.assert(
    fc.property(keyedPlan, (plan) => {
      const { text } = renderProgram(plan);
      const ends = plan.events
        .filter(isAttached)
        .some(({ maps }) => maps.includes('process_exited'));
      expect(text.includes('$what = $what | ($ending << 8);')).toBe(
        ends && plan.keying?.by === 'types',
      );
    }),
  );
});

test('a read of the kernel’s memory is a statement of its own, because 0.11 reads nothing otherwise', () => {
  fc.assert(
    fc.property(keyedPlan, (plan) => {
      expect(renderProgram(plan).text).not.toMatch(/\*\(uint.*\*\(uint/);
    }),
  );
});

test('no struct of the kernel is named, because bpftrace would parse its types for that', () => {
  fc.assert(
    fc.property(keyedPlan, (plan) => {
      expect(renderProgram(plan).text).not.toMatch(/struct |curtask->/);
    }),
  );
});

test('a program whose counts are not kept apart has no halves', () => {
  expect(renderProgram(buildPlanFor()).text).not.toMatch(/_[ab]\b|@half/);
});

test('every counter has a number of its own that fits below the index', () => {
  const numbers = Object.values(COUNTER_NUMBERS);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const number of numbers) expect(number > 0 && number < 256).toBe(true);
});

describe('a count', () => {
  test.each<[string, Parameters<typeof writeCounts>[1], string[]]>([
    ['always', [{ count: { counter: 'exec' } }], ['@exec = count();']],
    [
      'with an index',
      [{ count: { counter: 'error', index: '$errno' } }],
      ['@error[$errno] = count();'],
    ],
    [
      'where a condition holds',
      [{ when: '$x == 1', count: { counter: 'thread_exec' } }],
      ['if ($x == 1) {', '  @exec_other = count();', '}'],
    ],
    [
      'of two',
      [{ when: '$x', count: { counter: 'exec' }, otherwise: { counter: 'thread_exec' } }],
      ['if ($x) {', '  @exec = count();', '} else {', '  @exec_other = count();', '}'],
    ],
  ])('%s', (_, choices, lines) => {
    expect(writeCounts('self', choices, NO_PLAN)).toEqual(lines);
  });

  test('of a counter without a number is the mistake of who wrote the emitter', () => {
    const plan = buildPlanFor({}, 'entry', { apps: true });
    expect(() => writeCounts('self', [{ count: { counter: 'forked' } }], plan)).toThrow(
      new Error('forked has no number in COUNTER_NUMBERS'),
    );
  });
});

test('in a central map every key ends with the CPU, so that no two CPUs write one', () => {
  const plan = buildPlanFor({}, 'return', { apps: true, mapsPerCore: false });
  const { text, layout } = renderProgram(plan);
  expect(text).not.toContain('count()');
  const counts = [...text.matchAll(/@(\w+)\[(.*)\]\+\+;$/gm)];
  expect(new Set(counts.map(([, map]) => map))).toEqual(new Set(layout.keys()));
  for (const [, , key] of counts) expect(key).toMatch(/(^|, )\(uint64\)cpu$/);
  for (const { endsWithCpu } of layout.values()) expect(endsWithCpu).toBe(true);
});
