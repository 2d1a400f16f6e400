import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Seldom } from '../../src/procfs/seldom.ts';
import { ZombieWatch } from '../../src/session/zombie-watch.ts';
import { FakeMachine } from '../diagnosis/failed-forks/machine.ts';
import { statOf } from '../procfs/stat.ts';

const SECOND = 1_000;

describe('zombies are looked for', () => {
  let machine: FakeMachine;
  let watch: ZombieWatch;
  beforeEach(() => {
    machine = new FakeMachine();
    machine.write({ '/proc/5/stat': statOf(5, 'S', 1), '/proc/9/stat': statOf(9, 'Z', 5) });
    watch = new ZombieWatch(machine.root);
    expect(watch.look(0)).toEqual({ fresh: [], reaped: 0 });
  });
  afterEach(() => machine.remove());

  test('while tasks wait for more than a second, and told from those of the start', () => {
    // One is reaped and its id is given again, and another one is new.
    machine.write({
      '/proc/9/stat': statOf(9, 'Z', 5, { start: 7 }),
      '/proc/10/stat': statOf(10, 'Z', 5),
    });
    expect(watch.step(1, 2 * SECOND)).toEqual({ fresh: undefined, reaped: 1 });
    expect(watch.step(1, 2.9 * SECOND).fresh).toBeUndefined();
    const reading = watch.step(1, 3 * SECOND);
    expect(reading.fresh?.map(({ id }) => id).sort((a, b) => a - b)).toEqual([9, 10]);
    expect(reading.reaped).toBe(1);
    expect(watch.all).toHaveLength(2);
  });

  test('not where none waits, and seldom where those are known that do', () => {
    for (let i = 0; i < 50; i += 1) expect(watch.step(0, i * SECOND).fresh).toBeUndefined();
    machine.write({ '/proc/10/stat': statOf(10, 'Z', 5) });
    watch.look(50 * SECOND);
    for (let i = 51; i < 110; i += 1) expect(watch.step(1, i * SECOND).fresh).toBeUndefined();
    expect(watch.step(1, 110 * SECOND).fresh).toHaveLength(1);
  });

  test('and those of the start that are gone are known at once', () => {
    expect(watch.step(0, SECOND)).toEqual({ fresh: undefined, reaped: 0 });
    machine.write({ '/proc/9/stat': statOf(9, 'S', 5) });
    expect(watch.step(0, SECOND)).toEqual({ fresh: undefined, reaped: 1 });
  });

  test('and one that ended after the early look is new: its end was counted', () => {
    const early = new ZombieWatch(machine.root);
    early.lookEarly();
    machine.write({ '/proc/10/stat': statOf(10, 'Z', 5) });
    expect(early.look(0)).toMatchObject({ fresh: [{ id: 10 }], reaped: 0 });
    machine.write({ '/proc/9/stat': statOf(9, 'S', 5), '/proc/10/stat': statOf(10, 'S', 5) });
    expect(early.look(1)).toEqual({ fresh: [], reaped: 1 });
  });

  test('ever more seldom where that does not explain what waits', () => {
    const looks: number[] = [];
    for (let i = 1; i <= 100; i += 1) {
      if (watch.step(3, i * SECOND).fresh !== undefined) looks.push(i);
    }
    expect(looks).toEqual([2, 4, 8, 16, 32, 64]);
  });

  test('a part of a large machine beside each dump', () => {
    watch = new ZombieWatch(machine.root, 20);
    watch.look(0);
    for (let id = 100; id < 142; id += 1) {
      machine.write({ [`/proc/${id}/stat`]: statOf(id, 'S', 1) });
    }
    watch.step(1, SECOND);
    expect(watch.step(1, 2 * SECOND).fresh).toBeUndefined();
    expect(watch.step(1, 2.1 * SECOND).fresh).toBeUndefined();
    expect(watch.step(1, 2.2 * SECOND)).toEqual({ fresh: [], reaped: 0 });
  });

  test('between two windows, unless that would take too much time', () => {
    let nowMs = 0;
    // Each look at the clock takes 5 ms.
    const turns = new Seldom(() => {
      nowMs += 5;
      return nowMs;
    });
    watch = new ZombieWatch(machine.root, 20, turns);
    watch.look(0);
    machine.write({ '/proc/10/stat': statOf(10, 'Z', 5) });
    expect(watch.turn(0, 1).fresh).toHaveLength(1);
    expect(watch.turn(0, 2).fresh).toBeUndefined();
    nowMs = 2_000;
    expect(watch.turn(0, 3).fresh).toHaveLength(1);
  });
});
