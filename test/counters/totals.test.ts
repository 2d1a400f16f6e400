import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Totals, TotalsBuilder } from '../../src/counters/totals.ts';
import {
  buildBpftrace,
  buildPlanFor,
  buildReading,
  NO_COUNTERS,
  type ReadingParts,
  TRACEPOINTS_6_15,
} from '../builders.ts';

const EXEC = 'tracepoint:sched:sched_process_exec';
const NEWTASK = 'tracepoint:task:task_newtask';
/** With raw tracepoints nothing is skipped. */
const SKIPPABLE = buildPlanFor({ bpftrace: buildBpftrace('0.17.0') });

const FREE = 'tracepoint:sched:sched_process_free';

test('a sample says when it was taken, of which run, and what else was read', () => {
  const [sample] = take([
    { period: 7, kernelNs: 1000, run: 3, scalars: { exec: 2 }, tasksCreated: 40, misses: {} },
  ]);
  expect(sample).toEqual({
    period: 7,
    kernelNs: 1000,
    run: 3,
    counters: { ...NO_COUNTERS, exec: 2 },
    missed: { create: 0, exit: 0, error: 0 },
    corrected: { exec: 0, released: 0 },
    knowsMisses: true,
    tasksCreated: 40,
    auditEdge: 2,
  });
});

test('what the kernel skipped is told, or that it cannot be read', () => {
  const [known, unknown] = take([{ misses: { [NEWTASK]: 5, [FREE]: 6 } }, { run: 1 }]);
  expect(known).toMatchObject({
    missed: { create: 5, exit: 0, error: 0 },
    counters: { released: 6 },
    knowsMisses: true,
  });
  expect(unknown).toMatchObject({ knowsMisses: false });
});

test('skipped events that are in a counter are told too, over a restart', () => {
  const [first, second] = take([
    { scalars: { exec: 1, released: 1 }, misses: { [EXEC]: 5, [FREE]: 6 } },
    { run: 1, scalars: { exec: 1 }, misses: { [EXEC]: 1, [FREE]: 2 } },
  ]);
  expect(first).toMatchObject({
    counters: { exec: 6, released: 7 },
    corrected: { exec: 5, released: 6 },
  });
  expect(second).toMatchObject({
    counters: { exec: 8, released: 9 },
    corrected: { exec: 6, released: 8 },
  });
});

test('releases that were not seen are counted from the next reading on, over a restart', () => {
  const builder = new TotalsBuilder(buildPlanFor(), 2);
  const next = (parts: ReadingParts) => builder.next(buildReading(parts));
  expect(next({ scalars: { released: 4 } }).counters.released).toBe(4);
  builder.assumeReleased(3);
  expect(next({ scalars: { released: 5 } })).toMatchObject({
    counters: { released: 8 },
    corrected: { released: 3 },
  });
  builder.assumeReleased(1);
  expect(next({ scalars: { released: 5 } }).counters.released).toBe(9);
  // Also those that are in no reading when bpftrace is started again.
  builder.assumeReleased(2);
  expect(next({ run: 1, scalars: { released: 2 } })).toMatchObject({
    counters: { released: 13 },
    corrected: { released: 6 },
  });
});

describe('over a restart of bpftrace', () => {
  test('counters go on from where they stood', () => {
    const samples = take([
      { scalars: { exec: 10 }, errors: { '22': 1 }, misses: { [NEWTASK]: 3 } },
      { scalars: { exec: 2 }, errors: { '11': 4 }, misses: { [NEWTASK]: 1 }, run: 1 },
      { scalars: { exec: 5 }, errors: { '11': 6 }, misses: { [NEWTASK]: 2 }, run: 1 },
      { scalars: { exec: 1 }, misses: { [NEWTASK]: 0 }, run: 2 },
    ]);
    expect(samples.map(({ counters }) => counters.exec)).toEqual([10, 12, 15, 16]);
    expect(samples.map(({ missed }) => missed.create)).toEqual([3, 4, 5, 5]);
    expect(samples.at(-1)?.counters.errors).toEqual(
      new Map([
        [11, 6],
        [22, 1],
      ]),
    );
  });

  test('a run without a dump in between loses nothing', () => {
    const samples = take([{ scalars: { exec: 10 } }, { scalars: { exec: 2 }, run: 4 }]);
    expect(samples.map(({ counters }) => counters.exec)).toEqual([10, 12]);
  });
});

describe('no counter ever steps down', () => {
  test('over any number of restarts', () => {
    fc.assert(
      fc.property(fc.array(run(fc.constant(true)), { maxLength: 4 }), (runs) => {
        expectAscent(take(number(runs)));
      }),
    );
  });

  test('when what the kernel skipped cannot be read for once, as of a bpftrace that is gone', () => {
    fc.assert(
      fc.property(fc.array(run(fc.boolean()), { maxLength: 4 }), (runs) => {
        expectAscent(take(number(runs)));
      }),
    );
  });

  test('when a dump cuts an exec by another thread in two: first the exit, then the exec', () => {
    const plan = buildPlanFor({ tracepoints: TRACEPOINTS_6_15, btf: 'absent' });
    const samples = take(
      [
        { scalars: { leader_exited: 4, thread_exec: 0 } },
        { scalars: { leader_exited: 5, thread_exec: 0 } },
        { scalars: { leader_exited: 5, thread_exec: 1 } },
        { scalars: { leader_exited: 6, thread_exec: 1 } },
      ],
      plan,
    );
    expectAscent(samples);
    expect(samples.at(-1)?.counters.process_exited).toBe(5);
  });
});

/** Dumps of one bpftrace, in which everything ascends. */
function run(canReadMisses: fc.Arbitrary<boolean>): fc.Arbitrary<ReadingParts[]> {
  const step = fc.record({
    created: fc.nat(9),
    released: fc.nat(9),
    refused: fc.nat(9),
    missed: fc.nat(9),
    canReadMisses,
  });
  return fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => {
    const at = { created: 0, released: 0, refused: 0, missed: 0 };
    return steps.map((step) => {
      for (const name of ['created', 'released', 'refused', 'missed'] as const) {
        at[name] += step[name];
      }
      return {
        scalars: { process_created: at.created, released: at.released },
        ...(at.refused > 0 ? { errors: { '22': at.refused } } : {}),
        ...(step.canReadMisses ? { misses: { [NEWTASK]: at.missed, [FREE]: at.missed } } : {}),
      };
    });
  });
}

function number(runs: readonly ReadingParts[][]): ReadingParts[] {
  return runs.flatMap((readings, run) => readings.map((reading) => ({ ...reading, run })));
}

function take(readings: readonly ReadingParts[], plan = SKIPPABLE): Totals[] {
  const builder = new TotalsBuilder(plan, 2);
  return readings.map((parts) => builder.next(buildReading(parts)));
}

function expectAscent(samples: readonly Totals[]): void {
  for (const [i, sample] of samples.entries()) {
    const before = samples[i - 1];
    if (before === undefined) continue;
    const [from, to] = [flatten(before), flatten(sample)];
    for (const name of Object.keys(from)) {
      expect(to[name], name).toBeGreaterThanOrEqual(from[name] ?? 0);
    }
  }
}

function flatten({ counters: { errors, ...scalars }, missed }: Totals): Record<string, number> {
  const entries = Object.entries({ ...scalars, ...missed }).map(([name, count]) => [
    name,
    count ?? 0,
  ]);
  return Object.fromEntries([...entries, ...(errors ?? [])]);
}
