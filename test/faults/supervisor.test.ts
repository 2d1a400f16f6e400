import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { buildPlanFor } from '../builders.ts';
import { fakeBpftrace, openFakeSupervisor, SHORT } from './fake-supervisor.ts';

const { signal: NEVER } = new AbortController();

/** Let the start of a bpftrace fail. */
async function failureOf(behaviour: string): Promise<UserError> {
  const { supervisor } = openFakeSupervisor(behaviour);
  const failure = await supervisor.start(NEVER).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await supervisor.stop();
  expect(failure).toBeInstanceOf(UserError);
  return failure as UserError;
}

/** A bpftrace that can be replaced, and that says in `starts` how often it was started. */
function writeBpftrace() {
  const directory = mkdtempSync(`${tmpdir()}/fake-bpftrace-`);
  const path = `${directory}/bpftrace`;
  writeFileSync(`${directory}/starts`, '');
  const behave = (behaviour: string) => {
    const text = `#!/bin/bash\necho >>${directory}/starts\nexec ${fakeBpftrace(behaviour)}\n`;
    writeFileSync(`${path}.new`, text, { mode: 0o755 });
    // At once, because it may be started right now.
    renameSync(`${path}.new`, path);
  };
  return {
    path,
    behave,
    countStarts: () => readFileSync(`${directory}/starts`, 'utf8').length,
    remove: () => rmSync(directory, { recursive: true }),
  };
}

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

test('makes a bpftrace end that is deaf to signals, within a second', async () => {
  const { supervisor } = openFakeSupervisor('ignores-signals');
  await supervisor.start(NEVER);
  const startedAtMs = performance.now();
  await supervisor.stop();
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
});

test('an end that comes before the start starts nothing', async () => {
  const bpftrace = writeBpftrace();
  bpftrace.behave('steady');
  const { supervisor } = openFakeSupervisor('', bpftrace);
  await expect(supervisor.start(AbortSignal.abort('told to end'))).rejects.toBe('told to end');
  expect(bpftrace.countStarts()).toBe(0);
  bpftrace.remove();
});

test('an end during the first wait for a dump ends bpftrace, and starts no other', async () => {
  const bpftrace = writeBpftrace();
  bpftrace.behave('silent');
  const { supervisor, controller } = openFakeSupervisor('', bpftrace);
  const starting = supervisor.start(controller.signal);
  while (bpftrace.countStarts() === 0) await delay(5);
  controller.abort('told to end');
  await expect(starting).rejects.toBe('told to end');
  await delay(100);
  expect(bpftrace.countStarts()).toBe(1);
  bpftrace.remove();
});

test('an end during the self-test ends bpftrace, and starts no other', async () => {
  const bpftrace = writeBpftrace();
  // It never counts a failed fork.
  bpftrace.behave('steady');
  const { supervisor, samples, until, controller } = openFakeSupervisor('', {
    ...bpftrace,
    plan: buildPlanFor({}, 'return'),
  });
  const starting = supervisor.start(controller.signal);
  await until(() => samples.length > 3);
  controller.abort('told to end');
  await expect(starting).rejects.toBe('told to end');
  const { length } = samples;
  await delay(100);
  expect(samples).toHaveLength(length);
  expect(bpftrace.countStarts()).toBe(1);
  bpftrace.remove();
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

test('gives up soon on a bpftrace that prints garbage', async () => {
  const failure = await failureOf('garbage');
  expect(failure.message).toBe('bpftrace 0.23.2 printed what is not its JSON and was ended');
});

test('repeats in one line what bpftrace had against the program', async () => {
  const failure = await failureOf('rejects');
  expect(failure.code).toBe('PROGRAM_REJECTED');
  expect(failure.message).toBe(
    'bpftrace 0.23.2 ended before its first dump (exit code 1): stdin:1:1-5: ERROR: syntax error, unexpected end of file',
  );
});

test('says that a bpftrace could not be started', async () => {
  const failure = await failureOf('there-is-no-such-file');
  expect(failure.message).toMatch(
    /^bpftrace 0\.23\.2 ended before its first dump \((could not be started: spawn .* ENOENT|exit code 127\): setpriv: failed to execute .*: No such file or directory$)/,
  );
});

// They wait most of the time.
describe.concurrent('without dumps', () => {
  test('ends and restarts a bpftrace that falls silent', async () => {
    const { supervisor, samples, until } = openFakeSupervisor('falls-silent');
    await supervisor.start(NEVER);
    await until(() => samples.some((sample) => sample.run === 1));
    await supervisor.stop();
    expect(supervisor.lastRestart?.end).toBe('printed no dump for too long and was ended');
  });

  test('gives up on a bpftrace that never prints a dump', async () => {
    const failure = await failureOf('silent');
    expect(failure.code).toBe('TRACER_SILENT');
    expect(failure.message).toBe('bpftrace 0.23.2 printed no dump for too long and was ended');
  });
});
