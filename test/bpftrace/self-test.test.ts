import { describe, expect, test } from 'vitest';
import { runSelfTest, type SelfTestEvents } from '../../src/bpftrace/self-test.ts';
import type { Sample } from '../../src/bpftrace/supervisor.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { buildPlanFor, buildSample } from '../builders.ts';
import { readMachine } from '../machines.ts';

const ALL = { process_created: 1, exec: 1, process_exited: 1, released: 1 };

/** Sample one after another, the last again and again; what was made to happen is counted. */
function prove(readings: readonly Sample[], facts?: HostFacts, unproven?: string) {
  const made = { trues: 0, refusals: 0 };
  const selfTestEvents: SelfTestEvents = {
    runTrue: async () => {
      made.trues += 1;
    },
    refuseCreation: async () => {
      made.refusals += 1;
      return unproven;
    },
  };
  let next = 0;
  const nextReading = async () => {
    // The time in between is that of real dumps, only shorter.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return readings[Math.min(next++, readings.length - 1)] ?? buildSample();
  };
  const plan = buildPlanFor(facts ?? {}, 'return');
  return runSelfTest(plan, nextReading, 300, selfTestEvents).then((proof) => ({ proof, made }));
}

describe('the events are proven', () => {
  test('when each has counted an event of ours', async () => {
    const { proof, made } = await prove([
      buildSample(),
      buildSample({ scalars: ALL, errors: { 11: 1 } }),
    ]);
    expect(proof).toEqual({ silent: [], unproven: undefined });
    expect(made).toEqual({ trues: 1, refusals: 1 });
  });

  test('one after another, as they attach', async () => {
    const { proof } = await prove([
      buildSample(),
      buildSample({ scalars: { exec: 1 } }),
      buildSample({ scalars: { exec: 1, process_created: 1, released: 1 }, errors: { 11: 2 } }),
      buildSample({ scalars: ALL, errors: { 11: 2 } }),
    ]);
    expect(proof.silent).toEqual([]);
  });

  test('by what the kernel says that it skipped', async () => {
    const { proof } = await prove([
      buildSample(),
      buildSample({
        scalars: { ...ALL, released: 0 },
        errors: { 11: 1 },
        misses: { 'tracepoint:sched:sched_process_free': 1 },
      }),
    ]);
    expect(proof.silent).toEqual([]);
  });

  test('but for refusals, where none can be made, and that is said', async () => {
    const { proof } = await prove(
      [buildSample(), buildSample({ scalars: ALL })],
      undefined,
      'the shell cannot limit its processes',
    );
    expect(proof).toEqual({
      silent: [],
      unproven:
        'that refused creations are counted could not be tried: the shell cannot limit its processes',
    });
  });
});

describe('a event is silent', () => {
  test('that counts nothing until the time is over', async () => {
    const { proof } = await prove([
      buildSample(),
      buildSample({ scalars: { ...ALL, released: 0 } }),
    ]);
    expect(proof.silent).toEqual(['release', 'error']);
  });

  test('that marks the last thread of a process and counts all for threads', async () => {
    const { proof } = await prove(
      [
        buildSample(),
        buildSample({
          scalars: { ...ALL, process_exited: 0, thread_exited: 7 },
          errors: { 11: 1 },
        }),
      ],
      readMachine('debian-12'),
    );
    expect(proof.silent).toEqual(['exit']);
  });
});
