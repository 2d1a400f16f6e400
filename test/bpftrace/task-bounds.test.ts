import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findBounds, TaskBoundsReader } from '../../src/bpftrace/task-bounds.ts';
import { type KernelTasks, KernelTasksReader } from '../../src/procfs/tasks.ts';
import { buildClock } from '../builders.ts';

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

describe('a dump that arrives late', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([5, 100])('%i ms has the bounds of the moment at which it was cut', (lateMs) => {
    const clock = buildClock(() => performance.now() * 1e6);
    const bounds = new TaskBoundsReader({
      clock,
      periodMs: 100,
      cpus: 0,
      root: '',
      reader: new Stormy(),
    });
    vi.advanceTimersByTime(305);
    const cutNs = clock.nowNs();
    vi.advanceTimersByTime(lateMs);
    const { created } = bounds.at(cutNs) ?? {};
    bounds.stop();
    expect(created?.low).toBeLessThanOrEqual(cutNs / 1000);
    expect(created?.high).toBeGreaterThanOrEqual(cutNs / 1000);
    // One fork a microsecond: readings stand three milliseconds apart.
    expect((created?.high ?? 0) - (created?.low ?? 0)).toBeLessThanOrEqual(6_000);
  });
});

test('a reading that was interrupted for long puts off none of the next moment', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const clock = buildClock(() => performance.now() * 1e6);
    const reader = new Stormy();
    const bounds = new TaskBoundsReader({ clock, periodMs: 100, cpus: 0, root: '', reader });
    reader.interruptMs = 500;
    vi.advanceTimersByTime(101);
    reader.interruptMs = 0;
    vi.advanceTimersByTime(904);
    const { created } = bounds.at(clock.nowNs() - 1e6) ?? {};
    bounds.stop();
    expect((created?.high ?? 0) - (created?.low ?? 0)).toBeLessThanOrEqual(20_000);
  } finally {
    vi.useRealTimers();
  }
});

test('a suspend of an hour moves no bounds: the dump after it has those of its moment', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    let suspendedMs = 0;
    const clock = buildClock(() => (performance.now() + suspendedMs) * 1e6);
    const reader = new Stormy();
    const bounds = new TaskBoundsReader({ clock, periodMs: 100, cpus: 0, root: '', reader });
    vi.advanceTimersByTime(305);
    suspendedMs = 3_600_000;
    // The period of the suspend is over at once; the next one begins 95 ms later.
    vi.advanceTimersByTime(100);
    const cutNs = clock.nowNs();
    vi.advanceTimersByTime(50);
    const { created } = bounds.at(cutNs) ?? {};
    bounds.stop();
    expect(created?.low).toBeLessThanOrEqual(cutNs / 1000);
    expect(created?.high).toBeGreaterThanOrEqual(cutNs / 1000);
    expect((created?.high ?? 0) - (created?.low ?? 0)).toBeLessThanOrEqual(6_000);
  } finally {
    vi.useRealTimers();
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
class Stormy extends KernelTasksReader {
  /** So long each reading is interrupted, as it says itself. */
  interruptMs = 0;

  override read(nowNs: () => number): KernelTasks {
    const beganNs = nowNs();
    const forks = Math.floor(beganNs / 1000);
    return {
      beganNs,
      endedNs: beganNs + this.interruptMs * 1e6,
      forks: { low: forks, high: forks },
      live: 0,
    };
  }
}
