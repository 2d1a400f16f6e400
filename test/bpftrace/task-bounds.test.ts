import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { findBounds, TaskBoundsReader } from '../../src/bpftrace/task-bounds.ts';
import { type KernelTasks, KernelTasksReader } from '../../src/procfs/tasks.ts';

const CPUS = 2;

describe('the numbers at a moment lie between the readings around it', () => {
  const readings = [
    reading(0, 100, 40),
    reading(10, 110, 50),
    reading(20, 130, 45),
    reading(30, 160, 41),
  ];

  test('the last one before and the first one after', () => {
    expect(findBounds(readings, 25, CPUS)).toEqual({
      created: { low: 128, high: 160 },
      released: { low: 85, high: 119 },
    });
  });

  test('a reading that was going on at the moment is neither', () => {
    const slow = readings.map((one) => (one.beganNs === 10 ? { ...one, endedNs: 19 } : one));
    expect(findBounds(slow, 15, CPUS)).toMatchObject({ released: { low: 60, high: 85 } });
  });

  test('where forks went on meanwhile both bounds count', () => {
    const torn = [reading(0, 0, 0), { ...reading(10, 100, 40), forks: { low: 95, high: 100 } }];
    expect(findBounds([...torn, reading(20, 100, 40)], 15, 0)).toMatchObject({
      created: { low: 95, high: 100 },
      released: { low: 55, high: 60 },
    });
  });

  test('a fork may be counted and its probe not yet run, once on each CPU, where there were any', () => {
    const created = (before: number) =>
      findBounds([reading(0, before, 0), reading(10, 100, 0), reading(20, 100, 0)], 15, CPUS)
        ?.created;
    expect(created(90)).toEqual({ low: 98, high: 100 });
    expect(created(99)).toEqual({ low: 99, high: 100 });
    expect(created(100)).toEqual({ low: 100, high: 100 });
  });

  test('without one on each side nothing is known', () => {
    expect(findBounds(readings, -1, CPUS)).toBeUndefined();
    expect(findBounds(readings, 31, CPUS)).toBeUndefined();
    expect(findBounds([], 0, CPUS)).toBeUndefined();
  });
});

test('a late dump has the bounds of the moment at which it was cut', async () => {
  const clock = { wallOffsetNs: 0n, nowNs: () => performance.now() * 1e6 };
  const tasks = new StormyReader();
  const bounds = new TaskBoundsReader({ clock, periodMs: 100, cpus: 0, reader: tasks });
  try {
    await delay(150);
    const period = Math.floor(clock.nowNs() / 100e6) * 100e6;
    const cutNs = period + 5e6;
    await delay(Math.max(0, (cutNs - clock.nowNs()) / 1e6 + 60));
    const { created } = bounds.at(cutNs) ?? { created: { low: 0, high: Number.POSITIVE_INFINITY } };
    // A million forks a second: 60 ms late are 60,000 of them.
    expect(created.high - created.low).toBeLessThan(30_000);
    expect(created.low).toBeLessThanOrEqual(cutNs / 1000);
    expect(created.high).toBeGreaterThanOrEqual(cutNs / 1000);
  } finally {
    bounds.stop();
  }
});

test('the kernel’s own files are read', () => {
  const reader = new KernelTasksReader();
  try {
    const before = forksNow();
    const tasks = reader.read(() => 1);
    expect(tasks?.forks.low).toBeGreaterThanOrEqual(before);
    expect(tasks?.forks.high).toBeLessThanOrEqual(forksNow());
    expect(tasks?.live).toBeGreaterThan(1);
  } finally {
    reader.close();
  }
});

function forksNow(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
}

function reading(atNs: number, forks: number, live: number): KernelTasks {
  return { beganNs: atNs, endedNs: atNs, forks: { low: forks, high: forks }, live };
}

/** One fork a microsecond. */
class StormyReader extends KernelTasksReader {
  override read(nowNs: () => number): KernelTasks {
    const beganNs = nowNs();
    const forks = Math.floor(beganNs / 1000);
    return { beganNs, endedNs: beganNs, forks: { low: forks, high: forks }, live: 0 };
  }
}
