import { expect, test } from 'vitest';
import { isTold, Restarts } from '../../src/bpftrace/restarts.ts';
import { LIMITS } from '../../src/bpftrace/timeouts.ts';

const open = () => new Restarts(LIMITS.restartDelaysMs);
const END = 'ended (signal SIGKILL)';

test('restarts come at growing distances, without end', () => {
  const restarts = open();
  const seconds = Array.from({ length: 10 }, () => restarts.add(END, 900) / 1_000);
  expect(seconds).toEqual([0, 0.5, 1, 2, 5, 10, 30, 60, 60, 60]);
  expect(restarts.total).toBe(10);
  expect(restarts.latest).toEqual({ end: END, inARow: 10 });
});

test('the distance falls back after a bpftrace that printed dumps for a minute, not sooner', () => {
  const restarts = open();
  for (let i = 0; i < 5; i += 1) restarts.add(END, 0);
  expect(restarts.add(END, 59_999)).toBe(10_000);
  expect(restarts.add(END, 60_000)).toBe(0);
  expect(restarts.latest?.inARow).toBe(1);
  expect(restarts.add(END, 0)).toBe(500);
  expect(restarts.total).toBe(8);
});

test('in a row the 1st, 2nd, 4th, 8th … are told', () => {
  const rows = Array.from({ length: 40 }, (_, i) => i + 1);
  const told = rows.filter((inARow) => isTold({ end: END, inARow }));
  expect(told).toEqual([1, 2, 4, 8, 16, 32]);
});
