import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { countNoise, type Noise, Observer } from './observer.ts';
import { CROWD, expectBalanced, observe, STORM, TAKEOVER, withoutBalance } from './run-cli.ts';

const RUNS = Number(process.env['STORM_RUNS'] ?? 3);

/** What storm makes; see test/workloads/storm.c. */
const PROCESSES = 20_011;
const THREADS = 1_009;
const EXECS = 503;
const FAILED = 301;

const STORM_WORDS = [STORM, ...[PROCESSES, THREADS, EXECS, FAILED].map(String)];

/** Storm itself is created by us, executes, exits and is released. */
const EXPECTED: Record<Noise['kind'], number> = {
  process_created: PROCESSES + 1,
  thread_created: THREADS,
  exec: EXECS + 1,
  process_exited: PROCESSES + 1,
  thread_exited: THREADS,
};

/** After the command's end. A dump comes every 100 ms, and two of them settle whatever can be settled. */
const LONGEST_WAIT_SECONDS = 2;

let observer: Observer;
beforeAll(() => {
  observer = new Observer('storm');
});
afterAll(() => observer.close());

describe.each(readRealBpftraces())('bpftrace $version', ({ path }) => {
  test.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
    'counts a storm exactly, run %i',
    async () => {
      const { report, ended } = await observe([
        '--mode',
        'return',
        '--bpftrace',
        path,
        '--',
        ...STORM_WORDS,
      ]);
      expect(ended.stderr).toBe('');
      expect(ended.exitCode).toBe(0);
      const noise = observer
        .read()
        // We create storm: that process is expected, not noise.
        .filter((event) => !(event.pid === ended.pid && event.kind === 'process_created'));
      for (const kind of Object.keys(EXPECTED) as Noise['kind'][]) {
        const { certain, possible } = countNoise(noise, kind, report);
        const counted = (report.system[kind] ?? Number.NaN) - EXPECTED[kind] - certain;
        const title = `${kind}, ${certain} to ${certain + possible} of others`;
        expect(counted, title).toBeGreaterThanOrEqual(0);
        expect(counted, title).toBeLessThanOrEqual(possible);
      }
      expect(report.system.errors).toEqual({ total: FAILED, by_errno: { EINVAL: FAILED } });
      expectTrusted(report);
      expect(report.command?.counters).toEqual({
        ...EXPECTED,
        released: PROCESSES + 1 + THREADS,
        errors: { total: FAILED, by_errno: { EINVAL: FAILED } },
      });
    },
  );

  test('of a storm that leaves 100 zombies all others are released', async () => {
    // The command ends and leaves behind who does not wait for them.
    const leave = `"$@"; "${CROWD}" zombies 100 >/dev/null 2>&1 & echo pid $! >&2; sleep 0.5`;
    const { report, ended } = await observe([
      ...['--bpftrace', path, '--', 'sh', '-c', leave, 'sh'],
      ...[STORM, '2011', '109', '53', '0'],
    ]);
    const pid = Number(/pid (\d+)/.exec(ended.stderr)?.[1]);
    process.kill(pid, 'SIGKILL');
    const { process_exited, thread_exited, released } = report.command?.counters ?? {};
    // sh, storm and what it made, sleep, and the zombies.
    expect([process_exited, thread_exited]).toEqual([2011 + 3 + 100, 109]);
    expect(released).toBe(2011 + 3 + 109);
    const parent = report.diagnosis.zombie_parents?.find((one) => one.pid === pid);
    expect(parent).toMatchObject({ zombies: 100, new_zombies: 100 });
    expectTrusted(report);
  });

  test('an exec by another thread than the first one releases what it ends', async () => {
    const { report } = await observe(['--bpftrace', path, '--', TAKEOVER, '100']);
    expect(report.command?.counters).toMatchObject({
      process_created: 101,
      thread_created: 400,
      exec: 101,
      process_exited: 101,
      thread_exited: 400,
      released: 501,
    });
    expectTrusted(report);
  });
});

/** Both audits agree, nothing was lost, and nobody had to wait. */
function expectTrusted(report: Report): void {
  const { audit, loss, window, command, notes } = report;
  expect(audit.completeness).toBe(100);
  expectBalanced(report);
  // A machine that is busy with other things may lose dumps; counts lose nothing by that.
  const { lost_events, broken_lines, restarts } = loss;
  expect([lost_events, broken_lines, restarts]).toEqual([0, 0, 0]);
  expect(withoutBalance(notes)).toEqual([]);
  expect(window.seconds - (command?.seconds ?? 0)).toBeLessThan(LONGEST_WAIT_SECONDS + 1);
}
