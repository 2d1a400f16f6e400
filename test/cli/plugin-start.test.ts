import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DELAYS_MS, untilStarted } from '../../src/cli/plugin-start.ts';
import { UserError } from '../../src/errors.ts';

const { signal: NEVER } = new AbortController();

const killed = () => new UserError('TRACER_ENDED', 'bpftrace ended', { hint: 'try again' });

/** A start that fails so often, then succeeds; and what was told meanwhile. */
function failing(times: number, reason: () => unknown = killed) {
  const told: string[] = [];
  let starts = 0;
  const start = async () => {
    starts += 1;
    if (starts <= times) throw reason();
    return starts;
  };
  return { start, told, tell: (sentence: string) => told.push(sentence) };
}

test('what may pass is tried again until it has, and told ever more rarely', async () => {
  const { start, told, tell } = failing(20);
  expect(await untilStarted(start, tell, NEVER, [0])).toBe(21);
  const words = (times: string) =>
    `bpftrace ended; try again; the start has failed ${times}, and is tried again at growing distances`;
  expect(told).toEqual(['once', '2 times', '4 times', '8 times', '16 times'].map(words));
});

test('an error of the system that may pass is tried again too', async () => {
  const { start, tell } = failing(1, () =>
    Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }),
  );
  expect(await untilStarted(start, tell, NEVER, [0])).toBe(2);
});

test('what no other start can mend is thrown at once', async () => {
  const missing = new UserError('BPFTRACE_MISSING', 'bpftrace is not installed');
  const { start, told, tell } = failing(1, () => missing);
  await expect(untilStarted(start, tell, NEVER, [0])).rejects.toBe(missing);
  expect(told).toEqual([]);
});

test('an end cuts a wait short', async () => {
  const controller = new AbortController();
  const { start, tell } = failing(1_000);
  const starting = untilStarted(start, tell, controller.signal, [3_600_000]);
  await delay(50);
  controller.abort('told to end');
  await expect(starting).rejects.toBe('told to end');
});

test('the waits grow to a minute', () => {
  expect(DELAYS_MS).toEqual(DELAYS_MS.toSorted((a, b) => a - b));
  expect(DELAYS_MS.at(-1)).toBe(60_000);
});
