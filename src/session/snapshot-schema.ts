import * as z from 'zod';
import type { Snapshot } from './snapshot.ts';

/** Longer names and lists than the kernel and our tables can give are nobody's. */
const bytes = z
  .string()
  .max(8_192)
  .regex(/^[\0-\xff]*$/);
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(200_000);

const count = z.int().min(0);
const errno = z.string().regex(/^\d{1,9}$/);
const countOrAbsent = count.nullable();
const range = z.object({ low: z.number(), high: z.number() });
const callerLimit = z.object({
  cause: bytes,
  errno: count,
  name: bytes.nullable(),
  limit: z.number().nullable(),
  used: z.number().nullable(),
});

const counters = z.object({
  process_created: countOrAbsent,
  thread_created: countOrAbsent,
  exec: countOrAbsent,
  process_exited: countOrAbsent,
  thread_exited: countOrAbsent,
  released: countOrAbsent,
  filtered: countOrAbsent.default(null),
  errors: z.record(errno, count).nullable(),
});

const totals = z.object({
  period: count,
  kernelNs: z.number().min(0),
  run: count,
  counters,
  missed: z.object({ create: count, exec: count, exit: count, error: count }),
  knowsMissed: z.boolean(),
  kernel: z.object({ created: range, released: range, zombies: z.number().nullable() }).nullable(),
});

const scopes = z.object({
  apps: list(z.object({ name: bytes, isHidden: z.boolean(), counters })),
  cgroups: list(
    z.object({
      key: bytes,
      kind: z.enum(['root', 'service', 'cgroup', 'unresolved']),
      name: bytes,
      chartType: bytes,
      path: bytes,
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

const created = z.object({ processes: count, threads: count });

const nearLimit = z.object({
  cause: z.enum(['cgroup_pids', 'rlimit_nproc', 'threads_max', 'pid_max']),
  name: bytes.nullable(),
  limit: count,
  used: count,
  holder: z.object({ id: count, user: count, hard: z.number().nullable() }).nullable(),
  filler: z.object({ comm: bytes, tasks: count, processes: count, id: count }).nullable(),
});

const diagnosis = z.object({
  failedForks: z.object({
    pids: list(
      z.object({
        directory: bytes,
        count: range,
        read: count,
        limit: z.number().optional(),
        used: z.number().optional(),
      }),
    ),
    callers: list(
      z.object({
        pid: count,
        comm: bytes,
        counts: z.record(errno, count),
        user: countOrAbsent,
        unit: bytes.nullable(),
        directory: bytes.nullable(),
        hardLimit: z.number().nullable(),
        limits: list(callerLimit),
      }),
    ),
    machine: list(callerLimit),
  }),
  forkers: list(
    z.object({
      comm: bytes,
      cgroup: bytes.nullable(),
      created,
      processes: countOrAbsent,
      busiest: list(z.object({ id: count, ...created.shape })),
    }),
  ).nullable(),
  programs: list(
    z.object({
      comm: bytes.nullable(),
      cgroup: bytes.nullable(),
      execs: count,
      exited: count,
      failures: list(z.object({ exitCode: count, count })),
      parents: list(z.object({ id: count, execs: count, failed: count })),
    }),
  ).nullable(),
  lifetimes: list(count).nullable(),
  isInside: z.boolean().optional(),
  nearLimits: z.object({ near: list(nearLimit), unknown: list(bytes) }),
  timeline: z
    .object({
      edgesNs: list(z.number()),
      gaps: list(count),
      programs: list(
        z.object({
          comm: bytes.nullable(),
          cgroup: bytes.nullable(),
          created: list(count),
          execs: list(count),
          failed: list(count),
        }),
      ),
      isFolded: z.boolean(),
    })
    .nullable()
    .default(null),
  people: list(
    z.object({
      id: count,
      comm: bytes,
      user: bytes,
      line: list(bytes),
      ancestors: list(z.object({ id: count, comm: bytes })),
    }),
  ),
  zombieParents: list(
    z.object({
      id: count,
      comm: bytes.nullable(),
      cgroup: bytes.nullable(),
      children: count,
      newChildren: count,
      oldestTicks: z.number(),
      since: z.record(bytes, count).optional(),
    }),
  ).nullable(),
});

/** Checks a snapshot that comes from outside, such as from a recording. What a newer version adds is left out. */
export const snapshotSchema = z.object({
  wallMs: z.number().min(0).max(8.64e15),
  totals,
  scopes: scopes.nullable(),
  narrowed: z
    .strictObject({ ...scopes.pick({ apps: true, cgroups: true }).shape, total: counters })
    .optional(),
  command: z
    .object({
      total: counters,
      comms: list(
        z.object({
          name: bytes,
          counters,
          endings: z
            .object({
              failures: list(z.object({ exitCode: count, count })),
              lifetimes: list(count),
            })
            .optional(),
        }),
      ),
      dropped: counters,
      unmarked: count,
      exitCode: count.optional(),
    })
    .nullable(),
  loss: z.object({
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
