import { expect, test } from 'vitest';
import { Lifetime } from '../../src/cli/lifetime.ts';
import { PluginControl } from '../../src/cli/plugin-control.ts';

const ENDLESS = Number.POSITIVE_INFINITY;

/** A control with a clock of its own, in seconds. */
function open(seconds: number) {
  const lifetime = new Lifetime();
  const clock = { now: 100 };
  const nowNs = () => clock.now * 1e9;
  const control = new PluginControl(lifetime, seconds, 300, nowNs);
  const rowOf = (answer: unknown) => (answer as { data: unknown[][] }).data[0]?.slice(2);
  return { control, clock, rowOf, isOver: () => lifetime.isOver(nowNs()) };
}

test('it waits until it is enabled, for a time that can be extended and ended', async () => {
  const { control, clock, rowOf, isOver } = open(0);
  expect(rowOf(control.obey({ kind: 'show' }))).toEqual(['stopped', 0]);
  const enabled = control.untilEnabled(new AbortController().signal);
  expect(rowOf(control.obey({ kind: 'enable', seconds: 20 }))).toEqual(['running', 20]);
  await enabled;
  control.begin();
  clock.now += 5;
  expect(rowOf(control.obey({ kind: 'extend', seconds: 10 }))).toEqual(['running', 25]);
  clock.now += 24;
  expect(isOver()).toBe(false);
  clock.now += 1;
  expect(isOver()).toBe(true);
  control.end();
  expect(control.isByRequest).toBe(true);
  expect(rowOf(control.obey({ kind: 'enable', seconds: undefined }))).toEqual(['running', 300]);
  control.begin();
  expect(rowOf(control.obey({ kind: 'disable' }))).toEqual(['stopped', 0]);
  expect(isOver()).toBe(true);
});

test('what runs without an end gets none by a slip, but can be ended', () => {
  const { control, rowOf, isOver } = open(ENDLESS);
  control.begin();
  expect(rowOf(control.obey({ kind: 'show' }))).toEqual(['running', null]);
  expect(control.obey({ kind: 'enable', seconds: 20 }).status).toBe(400);
  expect(isOver()).toBe(false);
  expect(control.isByRequest).toBe(false);
  control.obey({ kind: 'disable' });
  expect(isOver()).toBe(true);
  expect(control.isByRequest).toBe(true);
});

test('what does not run cannot be extended, and a wrong wish is refused', () => {
  const { control } = open(0);
  expect(control.obey({ kind: 'extend', seconds: 5 }).status).toBe(400);
  expect(control.obey({ kind: 'wrong', sentence: 'no' })).toMatchObject({ status: 400 });
});

test('who waits to be enabled goes when he is told to end', async () => {
  const end = new AbortController();
  const enabled = open(0).control.untilEnabled(end.signal);
  end.abort(new Error('over'));
  await expect(enabled).rejects.toThrow('over');
});
