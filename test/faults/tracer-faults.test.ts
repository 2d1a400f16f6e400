import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { openFakeTracer } from './fake-tracer.ts';

/** Let a tracer run to its failure. */
async function failureOf(behaviour: string): Promise<UserError> {
  const { tracer } = openFakeTracer(behaviour);
  const failure = await tracer.run().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(failure).toBeInstanceOf(UserError);
  return failure as UserError;
}

test('starts bpftrace again when it is killed, and knows how it ended', async () => {
  const { tracer, readings, notices, until } = openFakeTracer('dies');
  const running = tracer.run();
  await until(() => readings.some((reading) => reading.run === 2));
  await tracer.stop();
  await running;
  expect(tracer.lastEnd).toBe('ended (signal SIGKILL)');
  expect(notices).toEqual([]);
  expect(readings.filter((reading) => reading.run === 0)).toHaveLength(3);
});

test('ends and restarts a bpftrace that falls silent', async () => {
  const { tracer, readings, until } = openFakeTracer('falls-silent');
  const running = tracer.run();
  await until(() => readings.some((reading) => reading.run === 1));
  await tracer.stop();
  await running;
  expect(tracer.lastEnd).toBe('printed no dump for too long and was ended');
});

test('drops a dump with half a line in it, counts the line, and goes on', async () => {
  const { tracer, readings, until } = openFakeTracer('half-lines');
  const running = tracer.run();
  await until(() => readings.length >= 3);
  await tracer.stop();
  await running;
  const counts = readings.slice(0, 3).map(({ dump }) => dump.scalars.get('exec'));
  expect(counts).toEqual([1, 3, 5]);
  expect(tracer.loss).toMatchObject({ brokenLines: 2, lostDumps: 2, restarts: 0 });
});

test('makes a bpftrace end that is deaf to signals, within a second', async () => {
  const { tracer, readings, until } = openFakeTracer('ignores-signals');
  const running = tracer.run();
  await until(() => readings.length > 0);
  const startedAtMs = performance.now();
  await tracer.stop();
  await running;
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
});

test('gives up on a bpftrace that never prints a dump', async () => {
  const failure = await failureOf('silent');
  expect(failure.code).toBe('TRACER_SILENT');
  expect(failure.message).toBe('bpftrace 0.23.2 printed no dump for too long and was ended');
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
    /^bpftrace 0\.23\.2 ended before its first dump \(could not be started: spawn .* ENOENT\)$/,
  );
});
