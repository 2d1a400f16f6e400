import * as z from 'zod';
import type { Snapshot } from './snapshot.ts';

const count = z.int().min(0);
const countOrAbsent = count.nullable();
const range = z.strictObject({ low: z.number(), high: z.number() });
const callerLimit = z.strictObject({
  cause: z.string(),
  errno: count,
  name: z.string().nullable(),
  limit: z.number().nullable(),
  used: z.number().nullable(),
});

const counters = z.strictObject({
  process_created: countOrAbsent,
  thread_created: countOrAbsent,
  exec: countOrAbsent,
  process_exited: countOrAbsent,
  thread_exited: countOrAbsent,
  released: countOrAbsent,
  filtered: countOrAbsent.default(null),
  errors: z.record(z.string(), count).nullable(),
});

const totals = z.strictObject({
  period: count,
  kernelNs: z.number().min(0),
  run: count,
  counters,
  missed: z.strictObject({ create: count, exec: count, exit: count, error: count }),
  knowsMissed: z.boolean(),
  kernel: z
    .strictObject({ created: range, released: range, zombies: z.number().nullable() })
    .nullable(),
});

const scopes = z.strictObject({
  apps: z.array(z.strictObject({ name: z.string(), isHidden: z.boolean(), counters })),
  cgroups: z.array(
    z.strictObject({
      key: z.string(),
      kind: z.enum(['root', 'service', 'cgroup', 'unresolved']),
      name: z.string(),
      chartType: z.string(),
      path: z.string(),
      isSettled: z.boolean(),
      isRenamed: z.boolean(),
      isLive: z.boolean(),
      isApproximate: z.boolean(),
      counters,
    }),
  ),
  dropped: counters,
  unattributed: counters,
});

const created = z.strictObject({ processes: count, threads: count });

const nearLimit = z.strictObject({
  cause: z.enum(['cgroup_pids', 'rlimit_nproc', 'threads_max', 'pid_max']),
  name: z.string().nullable(),
  limit: count,
  used: count,
  holder: z.strictObject({ id: count, user: count, hard: z.number().nullable() }).nullable(),
  filler: z
    .strictObject({ comm: z.string(), tasks: count, processes: count, id: count })
    .nullable(),
});

const diagnosis = z.strictObject({
  failedForks: z.strictObject({
    pids: z.array(
      z.strictObject({
        directory: z.string(),
        count: range,
        read: count,
        limit: z.number().optional(),
        used: z.number().optional(),
      }),
    ),
    callers: z.array(
      z.strictObject({
        pid: count,
        comm: z.string(),
        counts: z.record(z.string(), count),
        user: countOrAbsent,
        unit: z.string().nullable(),
        directory: z.string().nullable(),
        hardLimit: z.number().nullable(),
        limits: z.array(callerLimit),
      }),
    ),
    machine: z.array(callerLimit),
  }),
  forkers: z
    .array(
      z.strictObject({
        comm: z.string(),
        cgroup: z.string().nullable(),
        created,
        processes: countOrAbsent,
        busiest: z.array(z.strictObject({ id: count, ...created.shape })),
      }),
    )
    .nullable(),
  programs: z
    .array(
      z.strictObject({
        comm: z.string().nullable(),
        cgroup: z.string().nullable(),
        execs: count,
        exited: count,
        failures: z.array(z.strictObject({ exitCode: count, count })),
        parents: z.array(z.strictObject({ id: count, execs: count, failed: count })),
      }),
    )
    .nullable(),
  lifetimes: z.array(count).nullable(),
  nearLimits: z.strictObject({ near: z.array(nearLimit), unknown: z.array(z.string()) }),
  timeline: z
    .strictObject({
      edgesNs: z.array(z.number()),
      gaps: z.array(count),
      programs: z.array(
        z.strictObject({
          comm: z.string().nullable(),
          cgroup: z.string().nullable(),
          created: z.array(count),
          execs: z.array(count),
          failed: z.array(count),
        }),
      ),
      isFolded: z.boolean(),
    })
    .nullable()
    .default(null),
  people: z.array(
    z.strictObject({
      id: count,
      comm: z.string(),
      user: z.string(),
      line: z.array(z.string()),
      ancestors: z.array(z.strictObject({ id: count, comm: z.string() })),
    }),
  ),
  zombieParents: z
    .array(
      z.strictObject({
        id: count,
        comm: z.string().nullable(),
        cgroup: z.string().nullable(),
        children: count,
        newChildren: count,
        oldestTicks: z.number(),
        since: z.record(z.string(), count).optional(),
      }),
    )
    .nullable(),
});

/** Checks a snapshot that comes from outside, such as from a recording. */
export const snapshotSchema = z.strictObject({
  wallMs: z.number(),
  totals,
  scopes: scopes.nullable(),
  command: z
    .strictObject({
      total: counters,
      comms: z.array(z.strictObject({ name: z.string(), counters })),
      dropped: counters,
      unmarked: count,
    })
    .nullable(),
  loss: z.strictObject({
    lostEvents: count,
    helperErrors: count,
    brokenLines: count,
    lostDumps: count,
    restarts: count,
  }),
  diagnosis: diagnosis.nullable(),
});

/** One line of JSON. */
export function writeSnapshot(snapshot: Snapshot): string {
  return JSON.stringify(snapshot);
}

/** @throws ZodError or SyntaxError where the line is not a snapshot. */
export function readSnapshot(line: string): Snapshot {
  return snapshotSchema.parse(JSON.parse(line)) as Snapshot;
}
