import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openFakeSupervisor, SHORT, writeBpftrace } from './fake-supervisor.ts';

const { signal: NEVER } = new AbortController();

test('starts bpftrace again when it is killed, and knows how it ended', async () => {
  const { supervisor, samples, notices, until } = openFakeSupervisor('dies');
  await supervisor.start(NEVER);
  await until(() => samples.some((sample) => sample.run === 2));
  await supervisor.stop();
  expect(supervisor.lastRestart).toEqual({ end: 'ended (signal SIGKILL)', inARow: 2 });
  expect(notices).toEqual([]);
  expect(samples.filter((sample) => sample.run === 0)).toHaveLength(3);
});

test('goes on without end with a bpftrace that dies after its first dump each time', async () => {
  const { supervisor, samples, until } = openFakeSupervisor('dies-young');
  await supervisor.start(NEVER);
  await until(() => samples.some((sample) => sample.run === 9));
  await supervisor.stop();
  expect(supervisor.lastRestart).toEqual({ end: 'ended (signal SIGKILL)', inARow: 9 });
  expect(supervisor.loss.restarts).toBe(9);
});

test('goes on where bpftrace cannot be had for a while, and says so ever more rarely', async () => {
  const bpftrace = writeBpftrace();
  bpftrace.behave('dies');
  const { supervisor, samples, notices, until } = openFakeSupervisor('', bpftrace);
  await supervisor.start(NEVER);
  bpftrace.behave('rejects');
  await until(() => notices.length === 3);
  bpftrace.behave('steady');
  await until(() => samples.at(-1)?.run !== 0);
  await supervisor.stop();
  bpftrace.remove();
  const words = (times: number) =>
    `bpftrace ended (exit code 1) without a dump; it has ended ${times} times in a row and is tried again, at growing distances`;
  expect(notices.slice(0, 3)).toEqual([words(2), words(4), words(8)]);
});

test('drops a dump with half a line in it, counts the line, and goes on', async () => {
  const { supervisor, samples, until } = openFakeSupervisor('half-lines');
  await supervisor.start(NEVER);
  await until(() => samples.length >= 3);
  await supervisor.stop();
  const counts = samples.slice(0, 3).map(({ dump }) => dump.scalars.get('exec'));
  expect(counts).toEqual([1, 3, 5]);
  // At least: it goes on printing until it is stopped.
  expect(supervisor.loss.brokenLines).toBeGreaterThanOrEqual(2);
  expect(supervisor.loss.lostDumps).toBeGreaterThanOrEqual(2);
  expect(supervisor.loss.restarts).toBe(0);
});

test('makes a bpftrace end that is deaf to signals', async () => {
  const { supervisor } = openFakeSupervisor('ignores-signals');
  await supervisor.start(NEVER);
  await supervisor.stop();
  expect(supervisor.loss.restarts).toBe(0);
});

test('an end while it waits for a restart starts no other', async () => {
  const bpftrace = writeBpftrace();
  bpftrace.behave('dies-young');
  const limits = { ...SHORT, restartDelaysMs: [60_000] };
  const { supervisor } = openFakeSupervisor('', { ...bpftrace, limits });
  await supervisor.start(NEVER);
  while (supervisor.lastRestart === undefined) await delay(5);
  await supervisor.stop();
  expect(bpftrace.countStarts()).toBe(1);
  bpftrace.remove();
});

test('ends and restarts a bpftrace that falls silent', async () => {
  const { supervisor, samples, until } = openFakeSupervisor('falls-silent', {
    // Its first dump has all the time that it takes.
    limits: { ...SHORT, silenceTimeoutMs: 1_000 },
  });
  await supervisor.start(NEVER);
  await until(() => samples.some((sample) => sample.run === 1));
  await supervisor.stop();
  expect(supervisor.lastRestart?.end).toBe('printed no dump for too long and was ended');
});

test('starts bpftrace again when a dump of it cannot be taken', async () => {
  let isShort = true;
  const taken: number[] = [];
  const { supervisor } = openFakeSupervisor('steady', {
    onSample: ({ run }) => {
      if (run === 0 && taken.length === 3 && isShort) {
        isShort = false;
        throw new Error('EMFILE: too many open files');
      }
      taken.push(run);
    },
  });
  await supervisor.start(NEVER);
  while (taken.at(-1) !== 1) await delay(10);
  await supervisor.stop();
  expect(taken.slice(0, 4)).toEqual([0, 0, 0, 1]);
  expect(supervisor.lastRestart?.end).toBe(
    'ended (its dump could not be taken: EMFILE: too many open files)',
  );
});
