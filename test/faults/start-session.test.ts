import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LIMITS } from '../../src/bpftrace/timeouts.ts';
import { isAttached } from '../../src/plan/plan.ts';
import { compileFor } from '../../src/session/compile.ts';
import type { Session, SessionOptions } from '../../src/session/session.ts';
import { startSession } from '../../src/session/start.ts';
import { buildSettings } from '../builders.ts';
import { readMachine } from '../machines.ts';
import { fakeBpftrace } from './fake-supervisor.ts';

const OPTIONS: SessionOptions = {
  periodMs: 50,
  configDirectories: [],
  command: undefined,
  onNotice: () => undefined,
  limits: { ...LIMITS, selfTestTimeoutMs: 1_500 },
};

/** Start a session with a bpftrace that misbehaves, on a machine whose facts promise everything. */
function startWith(
  behaviour: string,
  options: Partial<SessionOptions> = {},
  signal = new AbortController().signal,
): Promise<Session> {
  const facts = {
    ...readMachine('debian-13'),
    bpftrace: { path: fakeBpftrace(behaviour), version: '0.23.2', major: 0, minor: 23 },
  };
  return startSession(
    compileFor(facts, buildSettings('entry')),
    { ...OPTIONS, ...options },
    signal,
  );
}

/** What was attached for process exits in the end, what was rejected before it, and why. */
async function planAfter(behaviour: string) {
  const session = await startWith(behaviour);
  await session.stop();
  const { plan } = session.compiled;
  const exit = plan.events.filter(isAttached).find(({ event }) => event === 'exit');
  return { notes: plan.notes, candidate: exit?.candidate, points: exit?.attachPoints };
}

test.concurrent('what bpftrace cannot attach gives way to the next candidate, down to tracepoints', async () => {
  const { candidate, notes } = await planAfter('lacks-functions');
  expect(candidate).toBe('exit.tracepoint.signal-live');
  expect(notes.join('\n')).toMatch(
    /^fentry was tried here and failed: bpftrace 0\.23\.2 ended before its first dump \(exit code 1\): ERROR: Unable to attach probe: fentry:acct_process\nkprobe was tried here and failed: bpftrace 0\.23\.2 ended while it was attaching \(exit code 255\): Error attaching probe: 'kprobe:acct_process'$/,
  );
});

test.concurrent('what attaches and never fires gives way too, and says so', async () => {
  const { candidate, notes } = await planAfter('never-fires');
  expect(candidate).toBe('exit.tracepoint.acct-process.kprobe');
  expect(notes).toEqual([
    'exit.tracepoint.acct-process.fentry was tried here and failed: it attached, but its self-test event was not counted',
  ]);
});

test.concurrent('an end while candidates are tried ends the start, and tries no other', async () => {
  const controller = new AbortController();
  let snapshots = 0;
  const starting = startWith(
    'never-fires',
    {
      onSnapshot: () => {
        snapshots += 1;
        controller.abort('told to end');
      },
    },
    controller.signal,
  );
  await expect(starting).rejects.toBe('told to end');
  const before = snapshots;
  await delay(300);
  expect(snapshots).toBe(before);
});

/** A session of a bpftrace that is well, and of which one snapshot throws while somebody waits for it. */
async function nextAfter(error: Error) {
  let isArmed = false;
  const session = await startWith('steady', {
    onSnapshot: () => {
      if (!isArmed) return;
      isArmed = false;
      throw error;
    },
  });
  isArmed = true;
  const next = session.next();
  return { session, next };
}

test.concurrent('who waits for a snapshot that cannot be made gets one after it', async () => {
  const short = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  const { session, next } = await nextAfter(short);
  expect((await next).totals.run).toBe(1);
  await session.stop();
});

test.concurrent('a bug ends the wait', async () => {
  const bug = new TypeError('x is undefined');
  const { session, next } = await nextAfter(bug);
  await expect(next).rejects.toBe(bug);
  await session.stop();
});
