import type { Timeline } from '../../../src/diagnosis/timeline.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import type { Report } from '../../../src/report/report.ts';
import { buildPlanFor } from '../../builders.ts';
import {
  buildClose,
  buildCommandObservation,
  buildCommandState,
  buildCounters,
  buildDiagnosis,
  buildEvidence,
  buildObservation,
  buildScopesState,
  buildSnapshot,
} from '../observation.ts';

/** Names that try to be more than text, as byte strings. */
export const HOSTILE = [
  '</title><script>',
  '"><img src=x o',
  "' onload=alert(1)",
  '</svg><script>alert(1)</script>',
  '<!--',
  '&lt;b&gt;',
  'a\x1b[31mred\x07',
  '\xe2\x80\xaereversed',
  ']]></style><link rel=stylesheet href=//x>',
  'javascript:alert(1)',
] as const;

const NAME = HOSTILE.join(' ');

/** A report in which everything that an unprivileged user can name is hostile. */
export function buildHostileReport(): Report {
  const counters = buildCounters({
    ...{ process_created: 900, thread_created: 40, exec: 300 },
    ...{ process_exited: 880, thread_exited: 40, errors: { 11: 30, 22: 4 } },
  });
  const at = { cgroup: `/${NAME}` };
  return buildReport(
    buildObservation({
      plan: buildPlanFor(),
      wants: { apps: true, cgroups: true },
      open: buildSnapshot({
        command: buildCommandState(),
        scopes: buildScopesState(),
      }),
      close: buildClose({
        counters,
        scopes: buildScopesState({
          apps: HOSTILE.map((name) => ({ name, isHidden: false, counters })),
          cgroups: HOSTILE.map((name, i) => ({
            ...({ key: name, kind: i % 2 ? 'service' : 'cgroup', name, path: `/${name}` } as const),
            ...{ chartType: 'cgroup_x', isSettled: true, isRenamed: false, isLive: true },
            ...{ isApproximate: false, counters },
          })),
        }),
        command: buildCommandState({
          total: counters,
          comms: HOSTILE.map((name) => ({ name, counters })),
        }),
        diagnosis: buildDiagnosis({
          failedForks: buildEvidence({
            callers: HOSTILE.map((comm, i) => ({
              ...{ pid: 100 + i, comm, counts: { 11: 3 }, user: 1000, unit: comm },
              ...{ directory: `/sys/fs/cgroup/${comm}`, hardLimit: null },
              limits: [{ cause: 'max_namespaces', errno: 11, name: comm, limit: 3, used: 3 }],
            })),
          }),
          forkers: HOSTILE.map((comm, i) => ({
            ...{ comm, ...at, processes: 1, created: { processes: 90, threads: 4 } },
            busiest: [{ id: 100 + i, processes: 90, threads: 4 }],
          })),
          programs: HOSTILE.map((comm) => ({
            ...{ comm, ...at, execs: 30, exited: 30 },
            failures: [{ exitCode: 139, count: 30 }],
            parents: [{ id: 100, execs: 30, failed: 30 }],
          })),
          lifetimes: [400, 300, 100, 50, 20, 10, 0],
          people: HOSTILE.map((comm, i) => ({
            ...{ id: 100 + i, comm, user: comm, line: [comm, comm] },
            ancestors: [{ id: 9, comm }],
          })),
          zombieParents: HOSTILE.map((comm, i) => ({
            ...{ id: 100 + i, comm, ...at, children: 200, newChildren: 20 },
            oldestTicks: 100,
          })),
        }),
      }),
      notices: [NAME],
      command: buildCommandObservation({ argv: [...HOSTILE], user: NAME }),
    }),
  );
}

/** Ten seconds of them, a hundred dumps. */
export function buildHostileTimeline(): Timeline {
  const counts = (seed: number) =>
    Array.from({ length: 100 }, (_, i) => ((i * seed * 7) % 13) + (i === 60 ? 40 : 0));
  return {
    edgesNs: Array.from({ length: 101 }, (_, i) => 1e12 + i * 1e8),
    gaps: [30],
    programs: [
      ...HOSTILE.slice(0, 7).map((comm, i) => ({
        ...{ comm, cgroup: `/${comm}`, created: counts(i + 1), execs: counts(i + 2) },
        failed: counts(i + 3),
      })),
      { comm: null, cgroup: null, created: counts(2), execs: counts(3), failed: counts(4) },
    ],
    isFolded: true,
  };
}
