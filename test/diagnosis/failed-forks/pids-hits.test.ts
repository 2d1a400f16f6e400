import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { upwards } from '../../../src/diagnosis/failed-forks/controller.ts';
import { findPidsHierarchy } from '../../../src/diagnosis/failed-forks/pids-hierarchy.ts';
import { PidsHits } from '../../../src/diagnosis/failed-forks/pids-hits.ts';
import { Seldom } from '../../../src/procfs/seldom.ts';
import { FakeMachine } from './machine.ts';

let machine: FakeMachine;
let nowNs = 0;
beforeEach(() => {
  nowNs = 1000;
  machine = new FakeMachine();
});
afterEach(() => machine.remove());

describe('the pids controller', () => {
  test.each([
    ['version 2', () => machine.mountV2(), { version: 2, options: ['rw'] }],
    [
      'version 2 with local events',
      () => machine.mountV2('rw,pids_localevents'),
      { version: 2, options: ['rw', 'pids_localevents'] },
    ],
    ['version 1', () => machine.mountV1(), { version: 1, options: ['rw', 'pids'] }],
  ])('is found on %s', (_, mount, expected) => {
    mount();
    expect(findPidsHierarchy(machine.root)).toEqual({ mount: `${machine.root}/cg`, ...expected });
  });

  test('that is not mounted has no hits', () => {
    machine.write({ '/proc/self/mountinfo': '41 31 0:38 / /cg rw - cgroup2 cgroup2 rw\n' });
    machine.write({ '/cg/cgroup.controllers': 'cpu\n' });
    expect(findPidsHierarchy(machine.root)).toBeUndefined();
    const hits = open();
    hits.look(7);
    hits.close(nowNs);
    expect(hits.hits).toEqual([]);
  });
});

describe('the number of forks that met the limit of a cgroup in a window', () => {
  test('is the growth of its own count, whatever is below it', () => {
    machine.mountV2();
    machine.setCgroup('/a', { max: '20', current: 20, events: 100, local: 5 });
    machine.setCgroup('/a/b', { max: '30', current: 18, events: 0, local: 0 });
    machine.setCgroup('/c', { max: '9', current: 1, events: 3, local: 3 });
    const hits = open();
    machine.setCgroup('/a', { max: '20', current: 20, events: 123, local: 28 });
    expect(close(hits)).toMatchObject([
      { directory: `${machine.root}/cg/a`, count: exactly(23), limit: 20, used: 20 },
    ]);
  });

  test('is looked at down to 128 levels, because a user decides how deep cgroups are', () => {
    machine.mountV2();
    const hits = open();
    const [last, deeper] = ['/d'.repeat(128), '/d'.repeat(129)];
    for (const path of [last, deeper]) {
      machine.setCgroup(path, { max: '2', current: 2, local: 4 });
    }
    machine.addProcess(7, { cgroup: `0::${'/d'.repeat(1_000)}` });
    hits.look(7);
    expect(close(hits)).toMatchObject([
      { directory: `${machine.root}/cg${last}`, count: exactly(4), limit: 2 },
    ]);
  });

  test('counts from zero where the cgroup was made in the window', () => {
    machine.mountV2();
    const hits = open();
    machine.setCgroup('/new', { max: '2', current: 2, local: 4 });
    expect(close(hits)).toMatchObject([{ count: exactly(4) }]);
  });

  test('is counted where the cgroup is gone at the end of the window, if it was read before', () => {
    machine.mountV2();
    const hits = open();
    machine.setCgroup('/gone', { max: '2', current: 2, local: 4 });
    machine.addProcess(7, { cgroup: '0::/gone' });
    hits.look(7);
    machine.remove('/cg/gone');
    expect(close(hits)).toMatchObject([
      { directory: `${machine.root}/cg/gone`, count: exactly(4), limit: 2, used: 2 },
    ]);
  });

  test('has no number of tasks where nothing was read while the limit was reached', () => {
    machine.mountV2();
    machine.setCgroup('/a', { max: '20', local: 0 });
    const hits = open();
    machine.setCgroup('/a', { max: '20', current: 3, local: 1 });
    expect(close(hits)).toMatchObject([{ count: exactly(1), limit: 20, used: undefined }]);
  });

  test('has the number of tasks that was read when the limit was reached', () => {
    machine.mountV2();
    machine.setCgroup('/a', { max: '20', local: 0 });
    machine.addProcess(7, { cgroup: '0::/a' });
    const hits = open();
    machine.setCgroup('/a', { max: '20', current: 20, local: 1 });
    hits.look(7);
    machine.setCgroup('/a', { max: '20', current: 3, local: 2 });
    expect(close(hits)).toMatchObject([{ count: exactly(2), limit: 20, used: 20 }]);
  });
});

describe('where failed forks are counted at the caller, the limit is', () => {
  test.each([
    ['its own, where there is no other', '5', 'max', '/a/b', 5],
    ['the one above, where it has none', 'max', '6', '/a', 6],
    ['the one that is reached', '7', '6', '/a', 6],
  ])('%s', (_, inner, outer, path, limit) => {
    machine.mountV1();
    machine.setCgroup('/a', { max: outer, current: 6, events: 0 });
    machine.setCgroup('/a/b', { max: inner, current: 5, events: 0 });
    const hits = open();
    machine.setCgroup('/a/b', { max: inner, current: 5, events: 3 });
    expect(close(hits)).toMatchObject([
      { directory: `${machine.root}/cg${path}`, count: exactly(3), limit },
    ]);
  });

  test('not known, where several are reached or none is', () => {
    machine.mountV1();
    machine.setCgroup('/a', { max: '9', current: 6, events: 0 });
    machine.setCgroup('/a/b', { max: '9', current: 5, events: 0 });
    const hits = open();
    machine.setCgroup('/a/b', { max: '9', current: 5, events: 3 });
    expect(close(hits)).toMatchObject([
      { directory: `${machine.root}/cg/a/b`, count: exactly(3), limit: undefined, used: undefined },
    ]);
  });

  test('the same for all below it: they are counted together', () => {
    machine.mountV1();
    machine.setCgroup('/a', { max: '6', current: 6, events: 0 });
    machine.setCgroup('/a/b', { events: 0 });
    machine.setCgroup('/a/c', { events: 0 });
    const hits = open();
    machine.setCgroup('/a/b', { events: 3 });
    machine.setCgroup('/a/c', { events: 4 });
    expect(close(hits)).toMatchObject([
      { directory: `${machine.root}/cg/a`, count: exactly(7), limit: 6, used: 6 },
    ]);
  });
});

describe('a count that is not read when the window opens and closes', () => {
  beforeEach(() => {
    machine.mountV1();
    machine.addProcess(7, { cgroup: '1:pids:/a' });
  });
  const hit = (events: number) => machine.setCgroup('/a', { max: '3', current: 3, events });

  test('lies between what was read before and after', () => {
    const hits = new PidsHits(machine.root, () => nowNs);
    hit(100);
    hits.prepare();
    hit(110);
    nowNs = 2000;
    hits.open(1500);
    hit(500);
    nowNs = 3000;
    hits.look(7);
    hit(600);
    nowNs = 4000;
    hits.close(3500);
    // 100 to 110 when it opened, 500 to 600 when it closed.
    expect(hits.hits).toMatchObject([{ count: { low: 390, high: 500 }, read: 490 }]);
  });

  test('is what was read since, where nobody said that a window is about to open', () => {
    const hits = new PidsHits(machine.root, () => nowNs);
    hit(100);
    hits.open(500);
    hit(107);
    nowNs = 2000;
    hits.close(1500);
    expect(hits.hits).toMatchObject([{ count: { low: 0, high: 7 }, read: 7 }]);
  });
});

describe('in windows that follow one another', () => {
  const hit = (local: number, path = '/a') =>
    machine.setCgroup(path, { max: '3', current: 3, local });
  /** Close a window and open the next. */
  const turn = (hits: PidsHits) => {
    nowNs += 10;
    hits.turn(nowNs - 5);
    nowNs += 10;
    return hits.hits;
  };

  test('each has what was read in it', () => {
    machine.mountV2();
    machine.addProcess(7, { cgroup: '0::/a' });
    hit(100);
    const hits = open();
    hit(104);
    hits.look(7);
    expect(turn(hits)).toMatchObject([{ count: exactly(4), read: 4, limit: 3, used: 3 }]);
    expect(turn(hits)).toEqual([]);
    hit(105);
    hits.look(7);
    expect(turn(hits)).toMatchObject([{ count: exactly(1), read: 1, limit: 3, used: 3 }]);
  });

  test('a cgroup that is gone is forgotten', () => {
    machine.mountV2();
    const hits = open();
    hit(4);
    expect(turn(hits)).toMatchObject([{ read: 4 }]);
    machine.remove('/cg/a');
    // What was read last may have been counted after the cut.
    turn(hits);
    expect(turn(hits)).toEqual([]);
    hit(2);
    expect(turn(hits)).toMatchObject([{ read: 2 }]);
  });

  test('very many cgroups are not looked at each time, and nothing of them is lost', () => {
    machine.mountV2();
    let clockMs = 0;
    // Each look at the clock takes 5 ms.
    const turns = new Seldom(() => {
      clockMs += 5;
      return clockMs;
    });
    const hits = new PidsHits(machine.root, () => nowNs, turns);
    hit(1);
    hits.prepare();
    nowNs += 10;
    hits.open(nowNs - 5);
    expect(turn(hits)).toEqual([]);
    hit(9);
    expect(turn(hits)).toEqual([]);
    clockMs = 2_000;
    expect(turn(hits)).toMatchObject([{ read: 8 }]);
  });
});

function exactly(count: number) {
  return { low: count, high: count };
}

test('upwards of a path are the path and its parents, without the root', () => {
  expect(upwards('/a/b')).toEqual(['/a/b', '/a']);
  expect(upwards('')).toEqual([]);
});

/** A window that opens between two readings of the same numbers. */
function open(): PidsHits {
  const hits = new PidsHits(machine.root, () => nowNs, new Seldom(() => 0));
  hits.prepare();
  nowNs += 10;
  hits.open(nowNs - 5);
  nowNs += 10;
  return hits;
}

/** It closes when all is read: nothing can have happened since. */
function close(hits: PidsHits) {
  hits.look(7);
  hits.close(nowNs);
  return hits.hits;
}
