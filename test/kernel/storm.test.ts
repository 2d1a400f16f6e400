import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { countNoise, HiddenReleases, type Noise, Observer } from './observer.ts';
import { observe, STORM } from './run-cli.ts';

const RUNS = Number(process.env['STORM_RUNS'] ?? 3);

/** What storm makes; see test/workloads/storm.c. */
const PROCESSES = 20_011;
const THREADS = 1_009;
const EXECS = 503;
const REFUSED = 301;

/** Storm itself is created by us, executes, exits and is released. */
const EXPECTED: Record<Noise['kind'], number> = {
  process_created: PROCESSES + 1,
  thread_created: THREADS,
  exec: EXECS + 1,
  process_exited: PROCESSES + 1,
  thread_exited: THREADS,
  released: PROCESSES + 1 + THREADS,
};

let observer: Observer;
let hidden: HiddenReleases;
beforeAll(() => {
  observer = new Observer('storm');
  hidden = new HiddenReleases();
});
afterAll(() => {
  observer.close();
  hidden.close();
});

describe.each(readRealBpftraces())('bpftrace $version', ({ path }) => {
  test.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
    'counts a storm exactly, run %i',
    async () => {
      const hiddenBefore = hidden.count();
      const { report, ended } = await observe([
        ...['--mode', 'return', '--bpftrace', path, '--'],
        ...[STORM, ...[PROCESSES, THREADS, EXECS, REFUSED].map(String)],
      ]);
      expect(ended.stderr).toBe('');
      expect(ended.exitCode).toBe(0);
      const noise = observer
        .read()
        // We create storm: that process is expected, not noise.
        .filter((event) => !(event.pid === ended.pid && event.kind === 'process_created'));
      // What we did not see and say so, no BPF program could see. Of others it may be of a task that ended before.
      const unsaid = hidden.count() - hiddenBefore - (report.window.unseen_releases ?? 0);
      expect(unsaid).toBeGreaterThanOrEqual(0);
      for (const kind of Object.keys(EXPECTED) as Noise['kind'][]) {
        const { certain, possible } = countNoise(noise, kind, report);
        const counted = (report.system[kind] ?? Number.NaN) - EXPECTED[kind] - certain;
        expect(
          counted,
          `${kind}, ${certain} to ${certain + possible} of others`,
        ).toBeGreaterThanOrEqual(kind === 'released' ? -unsaid : 0);
        expect(
          counted,
          `${kind}, ${certain} to ${certain + possible} of others`,
        ).toBeLessThanOrEqual(possible);
      }
      expect(report.system.errors).toEqual({ total: REFUSED, by_errno: { EINVAL: REFUSED } });
      expect(report.audit.completeness).toBe(100);
      // A machine that is busy with other things may skip dumps; counts lose nothing by that.
      const { lost_events, broken_lines, restarts } = report.loss;
      expect({ lost_events, broken_lines, restarts }).toEqual({
        lost_events: 0,
        broken_lines: 0,
        restarts: 0,
      });
      expect(report.window.unreleased).toBe(0);
      expect(report.notes).toHaveLength(report.window.unseen_releases === 0 ? 0 : 1);
      expectCommandExact(report);
    },
  );
});

/** What the storm itself did needs no allowance for others: it is told apart in the kernel. */
function expectCommandExact(report: Report): void {
  const { command, unattributed } = report;
  const counters = command?.counters;
  expect(counters?.errors).toEqual({ total: REFUSED, by_errno: { EINVAL: REFUSED } });
  for (const [kind, count] of Object.entries(EXPECTED) as [Noise['kind'], number][]) {
    const counted = counters?.[kind] ?? Number.NaN;
    // Whose it was is not known of what found no place, and of releases that the kernel skipped: they are counted apart.
    const rest = (unattributed?.overflow[kind] ?? 0) + (unattributed?.unknown[kind] ?? 0);
    expect(counted, kind).toBeLessThanOrEqual(count);
    expect(counted + rest, kind).toBeGreaterThanOrEqual(count);
  }
}
