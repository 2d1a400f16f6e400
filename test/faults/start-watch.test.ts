import { expect, test } from 'vitest';
import { LIMITS } from '../../src/bpftrace/timeouts.ts';
import { isAttached } from '../../src/plan/plan.ts';
import { compileFor } from '../../src/session/compile.ts';
import { Watch } from '../../src/session/session.ts';
import { startWatch, type WatchParts } from '../../src/session/start.ts';
import { buildSettings } from '../builders.ts';
import { readMachine } from '../machines.ts';
import { fakeBpftrace } from './fake-tracer.ts';

/** Start a watch over a bpftrace that misbehaves, on a machine whose facts promise everything. */
async function startOver(behaviour: string) {
  const facts = {
    ...readMachine('debian-13'),
    bpftrace: { path: fakeBpftrace(behaviour), version: '0.23.2', major: 0, minor: 23 },
  };
  const limits = { ...LIMITS, proofTimeoutMs: 1_500 };
  const tried: string[] = [];
  const parts = await startWatch<WatchParts>(
    compileFor(facts, buildSettings('entry')),
    (compiled) => {
      const watch = new Watch(compiled, { periodMs: 50, limits, onNotice: () => undefined });
      tried.push(compiled.plan.events.filter(isAttached).at(-1)?.attachPoints[0] ?? '');
      return { compiled, watch, close: () => watch.stop() };
    },
  );
  await parts.close();
  return { tried, plan: parts.compiled.plan };
}

test('what bpftrace refuses to attach gives way to the next row, down to tracepoints', async () => {
  const { tried, plan } = await startOver('lacks-functions');
  expect(tried).toEqual([
    'fentry:cgroup_release',
    'tracepoint:sched:sched_process_free',
    'tracepoint:sched:sched_process_free',
  ]);
  const exit = plan.events.find(({ event }) => event === 'exit');
  expect(exit).toMatchObject({ probe: 'exit.tracepoint.signal-live' });
  expect(exit?.refused.map(({ probe }) => probe)).toEqual([
    'exit.tracepoint.group-dead',
    'exit.tracepoint.acct-process.fentry',
    'exit.tracepoint.acct-process.kprobe',
  ]);
  expect(plan.notes.join('\n')).toMatch(
    /^fentry was tried here and failed: bpftrace 0\.23\.2 ended before its first dump \(exit code 1\): ERROR: Unable to attach probe: fentry:cgroup_release\nkprobe was tried here and failed: bpftrace 0\.23\.2 ended while it was attaching \(exit code 255\): Error attaching probe: 'kprobe:cgroup_release'$/,
  );
});

test('what attaches and never fires gives way too, and says so', async () => {
  const { tried, plan } = await startOver('never-fires');
  expect(tried).toEqual(['fentry:cgroup_release', 'tracepoint:sched:sched_process_free']);
  expect(plan.notes).toEqual([
    'release.fentry was tried here and failed: it attached, and did not count an event of our own',
  ]);
});
