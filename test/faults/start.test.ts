import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { buildPlanFor } from '../builders.ts';
import { IMPATIENT, openFakeSupervisor, SHORT, writeBpftrace } from './fake-supervisor.ts';

const { signal: NEVER } = new AbortController();

/** Let the start of a bpftrace fail. */
async function failureOf(behaviour: string, limits = SHORT): Promise<UserError> {
  const { supervisor } = openFakeSupervisor(behaviour, { limits });
  const failure = await supervisor.start(NEVER).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await supervisor.stop();
  expect(failure).toBeInstanceOf(UserError);
  return failure as UserError;
}

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

test('gives up on a bpftrace that never prints a dump', async () => {
  const failure = await failureOf('silent', IMPATIENT);
  expect(failure.code).toBe('TRACER_SILENT');
  expect(failure.message).toBe('bpftrace 0.23.2 printed no dump for too long and was ended');
});

test('gives up soon on a bpftrace that prints garbage', async () => {
  const failure = await failureOf('garbage');
  expect(failure.message).toBe('bpftrace 0.23.2 printed what is not its JSON and was ended');
});

test('gives up soon on a line without an end', async () => {
  const failure = await failureOf('endless-line');
  expect(failure.message).toBe('bpftrace 0.23.2 printed what is not its JSON and was ended');
});

test('repeats in one line what bpftrace had against the program', async () => {
  const failure = await failureOf('rejects');
  expect(failure.code).toBe('PROGRAM_REJECTED');
  expect(failure.message).toBe(
    'bpftrace 0.23.2 ended before its first dump (exit code 1): stdin:1:1-5: ERROR: syntax error, unexpected end of file',
  );
});

test('does not hold against the program what the machine lacks', async () => {
  const failure = await failureOf('lacks-memory');
  expect(failure.code).toBe('TRACER_ENDED');
  expect(failure.message).toMatch(/Cannot allocate memory$/);
});

test('says that a bpftrace could not be started', async () => {
  const failure = await failureOf('there-is-no-such-file');
  expect(failure.message).toMatch(
    /^bpftrace 0\.23\.2 ended before its first dump \((could not be started: spawn .* ENOENT|exit code 127\): setpriv: failed to execute .*: No such file or directory$)/,
  );
});
