import { describe, expect, test } from 'vitest';
import type { Sample } from '../../src/bpftrace/sample.ts';
import { runSelfTest, type SelfTestEvents } from '../../src/bpftrace/self-test.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { buildPlanFor, buildSample } from '../builders.ts';
import { readMachine } from '../machines.ts';

const ALL = { process_created: 1, exec: 1, process_exited: 1 };
const ERRORS = { 11: 1 };

/** Run a self-test on samples one after another, the last again and again. */
async function selfTest(samples: readonly Sample[], facts?: HostFacts, noFailedFork?: string) {
  const made = { trues: 0, failedForks: 0 };
  const selfTestEvents: SelfTestEvents = {
    runTrue: async () => {
      made.trues += 1;
    },
    causeFailedFork: async () => {
      made.failedForks += 1;
      return noFailedFork;
    },
  };
  let next = 0;
  const nextSample = async () => {
    // The time in between is that of real dumps, only shorter.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return samples[Math.min(next++, samples.length - 1)] ?? buildSample();
  };
  const plan = buildPlanFor(facts ?? {}, 'return');
  const result = await runSelfTest(plan, nextSample, 300, selfTestEvents);
  return { ...result, made };
}

describe('a self-test is passed', () => {
  test('when each event has counted one of ours', async () => {
    const result = await selfTest([buildSample(), buildSample({ scalars: ALL, errors: ERRORS })]);
    expect(result).toEqual({
      silent: [],
      untested: undefined,
      made: { trues: 1, failedForks: 1 },
    });
  });

  test('by one event after another, as they attach', async () => {
    const { silent } = await selfTest([
      buildSample(),
      buildSample({ scalars: { exec: 1 } }),
      buildSample({ scalars: { exec: 1, process_created: 1 }, errors: { 11: 2 } }),
      buildSample({ scalars: ALL, errors: { 11: 2 } }),
    ]);
    expect(silent).toEqual([]);
  });

  test('by what the kernel says that it missed', async () => {
    const { silent } = await selfTest([
      buildSample(),
      buildSample({
        scalars: { ...ALL, exec: 0 },
        errors: ERRORS,
        misses: { 'rawtracepoint:sched_process_exec': 1 },
      }),
    ]);
    expect(silent).toEqual([]);
  });

  test('but for failed forks, where none can be made, and that is said', async () => {
    const { silent, untested } = await selfTest(
      [buildSample(), buildSample({ scalars: ALL })],
      undefined,
      'the shell cannot limit its processes',
    );
    expect(silent).toEqual([]);
    expect(untested).toBe(
      'whether failed forks are counted could not be tested: the shell cannot limit its processes',
    );
  });
});

describe('an event is silent', () => {
  test('that counts nothing until the time is over', async () => {
    const { silent } = await selfTest([
      buildSample(),
      buildSample({ scalars: { ...ALL, exec: 0 } }),
    ]);
    expect(silent).toEqual(['exec', 'error']);
  });

  test('that marks the last thread of a process and counts all for threads', async () => {
    const { silent } = await selfTest(
      [
        buildSample(),
        buildSample({ scalars: { ...ALL, process_exited: 0, thread_exited: 7 }, errors: ERRORS }),
      ],
      readMachine('debian-12'),
    );
    expect(silent).toEqual(['exit']);
  });
});

test('a bpftrace that ends ends its self-test', async () => {
  const samples = [buildSample()];
  const nextSample = async () => {
    const sample = samples.shift();
    if (sample === undefined) throw new Error('it ended');
    return sample;
  };
  const nothing = { runTrue: async () => undefined, causeFailedFork: async () => undefined };
  await expect(runSelfTest(buildPlanFor(), nextSample, 300, nothing)).rejects.toThrow('it ended');
});

test('where no process can be made for it, no probe is blamed', async () => {
  const none = {
    runTrue: async () => 'spawn /usr/bin/true EAGAIN',
    causeFailedFork: async () => undefined,
  };
  const failure = runSelfTest(buildPlanFor(), async () => buildSample(), 100, none);
  await expect(failure).rejects.toMatchObject({
    code: 'TRACER_ENDED',
    message: 'no process can be started for the self-test: spawn /usr/bin/true EAGAIN',
  });
});
