import { describe, expect, test } from 'vitest';
import type { TaskBounds } from '../../src/bpftrace/task-bounds.ts';
import { type Totals, TotalsBuilder } from '../../src/counters/totals.ts';
import type { Range } from '../../src/procfs/tasks.ts';
import {
  buildBpftrace,
  buildPlanFor,
  buildSample,
  exactly,
  NO_COUNTERS,
  type SampleParts,
  TRACEPOINTS_6_15,
} from '../builders.ts';
import { fc } from '../property.ts';

const EXEC = 'tracepoint:sched:sched_process_exec';
const EXIT = 'tracepoint:sched:sched_process_exit';
const NEWTASK = 'tracepoint:task:task_newtask';
/** With raw tracepoints nothing is missed. */
const WITH_MISSES = buildPlanFor({ bpftrace: buildBpftrace('0.17.0') });

test('totals say when the dump was cut, of which run, and what else was read', () => {
  const [totals] = take([
    {
      period: 7,
      kernelNs: 1000,
      run: 3,
      scalars: { exec: 2, process_exited: 1 },
      misses: {},
      tasks: bounds(exactly(40), exactly(30)),
    },
  ]);
  expect(totals).toEqual({
    period: 7,
    kernelNs: 1000,
    run: 3,
    counters: { ...NO_COUNTERS, exec: 2, process_exited: 1, released: 1 },
    missed: { create: 0, exec: 0, exit: 0, error: 0 },
    knowsMissed: true,
    kernel: { created: exactly(40), released: exactly(1), zombies: null },
  });
});

test('what the kernel missed is told, or that it cannot be read; of exec it is in the counter', () => {
  const [known, unknown] = take([
    { scalars: { exec: 1 }, misses: { [NEWTASK]: 5, [EXEC]: 6 } },
    { run: 1 },
  ]);
  expect(known).toMatchObject({
    missed: { create: 5, exec: 6, exit: 0, error: 0 },
    counters: { exec: 7, process_created: 0 },
    knowsMissed: true,
  });
  expect(unknown).toMatchObject({ knowsMissed: false });
});

describe('released tasks', () => {
  /** Totals of dumps with so many exits since attach, and the kernel's released tasks since boot. */
  const release = (
    ...dumps: readonly (readonly [exits: number, released: number | Range, zombies?: number])[]
  ) => {
    const builder = new TotalsBuilder(WITH_MISSES);
    return dumps.map(([exits, released, zombies], i) => {
      const range = typeof released === 'number' ? exactly(released) : released;
      const parts = {
        scalars: { process_exited: exits },
        tasks: bounds(exactly(0), range),
        period: i,
      };
      return builder.next(buildSample(parts), zombies ?? null).counters.released;
    });
  };

  test('are what the kernel says, from what was counted when it was first asked', () => {
    expect(release([5, 1000], [25, 1020], [125, 1100])).toEqual([5, 25, 105]);
  });

  test('are at least what the kernel says for certain', () => {
    // A storm is under way: at the moment of the dump 115 to 130 were released.
    expect(release([5, 1000], [125, { low: 1110, high: 1125 }], [200, 1150])).toEqual([
      5, 115, 155,
    ]);
  });

  test('are, within what it says, as many as ended and are no zombies, where somebody looked', () => {
    const bounds = { low: 1110, high: 1125 };
    expect(release([5, 1000], [125, bounds, 7])).toEqual([5, 118]);
    expect(release([5, 1000], [150, bounds, 7])).toEqual([5, 130]);
    expect(release([5, 1000], [110, bounds, 7])).toEqual([5, 115]);
  });

  test('are known exactly after a start in a storm, once somebody looked on a quiet machine', () => {
    const start = [5, { low: 1000, high: 1030 }, 0] as const;
    // Without a look 30 seem to wait for good.
    expect(release(start, [205, 1200], [305, 1300])).toEqual([5, 175, 275]);
    // A look in a storm tells of that moment alone.
    expect(release(start, [205, 1200, 0], [305, 1300])).toEqual([5, 205, 275]);
    expect(release(start, [205, 1200, 0], [205, 1200], [305, 1300])).toEqual([5, 205, 205, 305]);
  });

  test('of before the start may be more than ended since', () => {
    expect(release([0, 50], [10, 64])).toEqual([0, 14]);
  });

  test('never fall, whatever the kernel says', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            exits: fc.nat(20),
            released: fc.nat(20),
            width: fc.nat(9),
            zombies: fc.option(fc.integer({ min: -3, max: 9 })),
          }),
          { maxLength: 10 },
        ),
        (steps) => {
          const builder = new TotalsBuilder(WITH_MISSES);
          let [exits, released, last] = [0, 0, 0];
          for (const step of steps) {
            exits += step.exits;
            released += step.released;
            const range = { low: released, high: released + step.width };
            const parts = { scalars: { process_exited: exits }, tasks: bounds(exactly(0), range) };
            const { counters, kernel } = builder.next(buildSample(parts), step.zombies);
            expect(counters.released).toBeGreaterThanOrEqual(last);
            expect(counters.released).toBeLessThanOrEqual(
              Math.max(last, kernel?.released.high ?? 0),
            );
            last = counters.released ?? 0;
          }
        },
      ),
    );
  });

  test('are absent where the kernel cannot be asked, and stand still where it is silent for once', () => {
    const [absent] = take([{ scalars: { process_exited: 5 } }]);
    expect(absent).toMatchObject({ counters: { released: null }, kernel: null });
    const known = bounds(exactly(1), exactly(7));
    const [, silent] = take([{ tasks: known, scalars: { process_exited: 5 } }, {}]);
    expect(silent).toMatchObject({ counters: { released: 5 }, kernel: null });
  });

  test('are counted also where exits are not', () => {
    const builder = new TotalsBuilder(buildPlanFor({ tracepoints: new Map() }));
    const released = [exactly(10), { low: 14, high: 17 }].map(
      (range) => builder.next(buildSample({ tasks: bounds(exactly(0), range) })).counters.released,
    );
    expect(released).toEqual([0, 4]);
  });

  test('missed exits are exits too', () => {
    const builder = new TotalsBuilder(WITH_MISSES);
    builder.next(buildSample({ misses: {}, tasks: bounds(exactly(0), exactly(0)) }));
    const misses = { [EXIT]: 3 };
    const tasks = bounds(exactly(0), { low: 0, high: 9 });
    const sample = buildSample({ scalars: { process_exited: 4 }, misses, tasks });
    const { counters } = builder.next(sample, 0);
    expect(counters.released).toBe(7);
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
    expect(samples.at(-1)?.counters.errors).toEqual({ '11': 6, '22': 1 });
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

  test('when what the kernel missed cannot be read for once, as of a bpftrace that is gone', () => {
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
function run(canReadMisses: fc.Arbitrary<boolean>): fc.Arbitrary<SampleParts[]> {
  const step = fc.record({
    created: fc.nat(9),
    execs: fc.nat(9),
    failed: fc.nat(9),
    missed: fc.nat(9),
    canReadMisses,
  });
  return fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => {
    const at = { created: 0, execs: 0, failed: 0, missed: 0 };
    return steps.map((step) => {
      for (const name of ['created', 'execs', 'failed', 'missed'] as const) {
        at[name] += step[name];
      }
      return {
        scalars: { process_created: at.created, exec: at.execs },
        ...(at.failed > 0 ? { errors: { '22': at.failed } } : {}),
        ...(step.canReadMisses ? { misses: { [NEWTASK]: at.missed, [EXEC]: at.missed } } : {}),
      };
    });
  });
}

function number(runs: readonly SampleParts[][]): SampleParts[] {
  return runs.flatMap((readings, run) => readings.map((reading) => ({ ...reading, run })));
}

function take(samples: readonly SampleParts[], plan = WITH_MISSES): Totals[] {
  const builder = new TotalsBuilder(plan);
  return samples.map((parts) => builder.next(buildSample(parts)));
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
  return Object.fromEntries([...entries, ...Object.entries(errors ?? {})]);
}

function bounds(created: Range, released: Range): TaskBounds {
  return { created, released };
}
