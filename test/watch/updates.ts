import { buildReport } from '../../src/report/build-report.ts';
import type { Report } from '../../src/report/report.ts';
import { endOf, type Point, type Update } from '../../src/watch/update.ts';
import { buildPlanFor } from '../builders.ts';
import { buildApp, buildCgroup } from '../netdata/snapshots.ts';
import {
  buildClose,
  buildDiagnosis,
  buildObservation,
  buildScopesState,
  buildSnapshot,
} from '../report/observation.ts';

/** What a user may call a process or a cgroup: it clears the screen, rings, and goes up a line. */
export const HOSTILE = '\x1b[2J\x07\r\x1b[A\x9b2J';

/** A window of two seconds in which so many processes were created. */
export function buildWindow(processes: number, different: Partial<Report> = {}): Report {
  const open = buildSnapshot({ scopes: buildScopesState() });
  const close = buildClose({
    seconds: 1002,
    counters: {
      process_created: processes,
      thread_created: 3,
      exec: processes,
      process_exited: processes,
      errors: { 11: 7 },
    },
    kernel: { created: { low: processes + 3, high: processes + 3 } },
    scopes: buildScopesState({
      apps: [buildApp('web', { process_created: processes })],
      cgroups: [
        buildCgroup('/system.slice/poll.service', { process_created: processes, exec: 4 }),
        buildCgroup(`/pods/${HOSTILE}`, { process_created: 2 }),
        buildCgroup('/', { thread_created: 3 }),
      ],
    }),
    diagnosis: buildDiagnosis({
      forkers: [
        {
          comm: 'storm.sh',
          cgroup: '/system.slice/poll.service',
          created: { processes, threads: 0 },
          processes: 1,
          busiest: [{ id: 30421, processes, threads: 0 }],
        },
        {
          comm: HOSTILE,
          cgroup: `/pods/${HOSTILE}`,
          created: { processes: 2, threads: 3 },
          processes: 1,
          busiest: [{ id: 7, processes: 2, threads: 3 }],
        },
      ],
      programs: [
        {
          comm: 'date',
          cgroup: '/system.slice/poll.service',
          execs: processes + 1,
          exited: processes,
          failures: [],
          parents: [],
        },
        {
          comm: '\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e',
          cgroup: null,
          execs: 1,
          exited: 9,
          failures: [{ exitCode: 256, count: 9 }],
          parents: [],
        },
      ],
      people: [{ id: 30421, comm: 'storm.sh', user: 'root', line: ['sh', HOSTILE], ancestors: [] }],
    }),
  });
  const report = buildReport(
    buildObservation({
      plan: buildPlanFor({}, 'return', { apps: true }),
      open,
      close,
      wants: { apps: true, cgroups: true },
    }),
  );
  return { ...report, ...different };
}

/** It is narrowed to those who did a part of it. */
export function narrow(report: Report, process_created: number): Report {
  const counters = { ...report.system, process_created, released: null };
  const narrowed = { cgroup: null, user: null, comm: HOSTILE, pid: null, counters, notes: [] };
  return { ...report, narrowed };
}

/** Two seconds in which so many processes were created. */
export function buildPoint(processes: number, endMs = 0): Point {
  const counts = {
    process_created: processes,
    thread_created: 3,
    exec: processes,
    failed_forks: 7,
  };
  return { endMs, seconds: 2, counts };
}

export function buildUpdate(processes = 1000, different: Partial<Report> = {}): Update {
  const report = buildWindow(processes, different);
  return { point: buildPoint(processes, endOf(report)), report };
}
