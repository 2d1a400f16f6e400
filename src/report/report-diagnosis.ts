import * as z from 'zod';

const count = z.int().min(0);

const CAUSES = [
  'cgroup_pids',
  'rlimit_nproc',
  'threads_max',
  'pid_max',
  'pid_namespace_max',
  'memory_cgroup',
  'memory_commit',
  'pid_namespace',
  'max_namespaces',
  'namespace_depth',
  'rlimit_nofile',
  'arguments',
  'permission',
] as const;

const limitSchema = {
  limit: z.number().min(0).nullable(),
  used: z
    .number()
    .min(0)
    .nullable()
    .meta({ description: 'the highest value that was read; null: not read in time' }),
};

const callerSchema = {
  pid: count,
  comm: z.string(),
  user: count
    .nullable()
    .meta({ description: 'real user id; null: the process was gone before it was looked at' }),
  unit: z.string().nullable().meta({ description: 'systemd unit' }),
};

const causeSchema = z.strictObject({
  cause: z.enum(CAUSES).meta({
    description:
      'pids.max of a cgroup · RLIMIT_NPROC of a user · kernel.threads-max · kernel.pid_max · pid_max of a pid namespace · the memory limit of a cgroup · vm.overcommit_memory=2 (limit and used in kB) · a pid namespace whose first process has ended · user.max_*_namespaces · namespaces 32 deep · RLIMIT_NOFILE · what the caller asked for · what the caller may not do',
  }),
  errno: z.string(),
  count: count.meta({ description: 'failed forks by this cause' }),
  certain: z.boolean().meta({
    description: 'false: the limit that was nearest; the kernel does not tell which one it was',
  }),
  cgroup: z.string().nullable().meta({ description: 'directory of the cgroup that has the limit' }),
  name: z.string().nullable().meta({ description: 'the sysctl or namespace that is the limit' }),
  process: z
    .strictObject(callerSchema)
    .nullable()
    .meta({ description: 'the one whose forks failed most by this cause; null: not known' }),
  ...limitSchema,
  remedy: z.string().nullable().meta({
    description:
      'shell command that removes the cause at once; limits are doubled. For a limit of a pid namespace it is for a shell inside',
  }),
  lasting: z
    .string()
    .nullable()
    .meta({ description: 'shell command after which the cause stays removed' }),
});

export const failedExitsSchema = z
  .array(
    z.strictObject({
      status: z.int().min(0).max(255).nullable(),
      signal: z.string().nullable().meta({ description: 'by name, as in SIGKILL' }),
      core_dumped: z.boolean(),
      count,
    }),
  )
  .nullable()
  .meta({ description: 'by a status that is not 0, or by a signal' });

export const lifetimesSchema = z
  .array(
    z.strictObject({
      under_seconds: z
        .number()
        .nullable()
        .meta({ description: 'and not under the one before; null: any longer life' }),
      processes: count,
    }),
  )
  .nullable()
  .meta({ description: 'how long the processes had lived that exited' });

/** Why forks failed, and whose. */
export const failedForksSchema = z
  .strictObject({
    causes: z.array(causeSchema),
    callers: z
      .array(
        z.strictObject({
          ...callerSchema,
          processes: count.meta({
            description: 'processes of this comm, user and unit; pid is that which failed most',
          }),
          errno: z.string(),
          count,
          cause: z.enum(CAUSES).nullable().meta({ description: 'null: not known' }),
          certain: z.boolean(),
          ...limitSchema,
        }),
      )
      .meta({ description: 'whose forks failed, and why; the first 100' }),
    unexplained: z.record(z.string(), count).nullable().meta({
      description:
        'failed forks by errno without a cause: with those of the causes they are all; null: not counted by errno',
    }),
    filtered: count.nullable().meta({
      description:
        'calls that a filter (seccomp) or a tracer answered in place of the kernel: no failed forks; null: cannot be seen by how failed forks are counted here',
    }),
  })
  .meta({
    description:
      'why forks failed in the window. The kernel itself counts cgroup_pids, in every load mode',
  });

const createdSchema = { process_created: count, thread_created: count };

/** Who created most, how long processes lived, and who left zombies. */
export const diagnosisSchema = z
  .strictObject({
    reason: z.string().nullable().meta({
      description: 'why top_forkers, programs, lifetimes or something in them is null',
    }),
    top_forkers: z
      .array(
        z.strictObject({
          comm: z.string(),
          cgroup: z
            .string()
            .nullable()
            .meta({ description: 'path below the cgroup v2 mount; null: not known' }),
          ...createdSchema,
          processes: count.nullable().meta({
            description: 'how many processes of this name created; null: too many to tell apart',
          }),
          busiest: z
            .array(z.strictObject({ pid: count, ...createdSchema }))
            .meta({ description: 'the processes that created most' }),
        }),
      )
      .nullable()
      .meta({ description: 'who created most, by name and cgroup; the first 100' }),
    programs: z
      .array(
        z.strictObject({
          comm: z.string().nullable().meta({
            description: 'null: all programs beyond the first 2,000 names',
          }),
          cgroup: z.string().nullable(),
          exec: count.nullable(),
          process_exited: count.nullable(),
          failed_exits: failedExitsSchema,
          parents: z
            .array(z.strictObject({ pid: count, exec: count, failed_exits: count }))
            .meta({ description: 'whose children they were, of those that were seen first' }),
        }),
      )
      .nullable()
      .meta({
        description:
          'what was executed and how it ended, by name and cgroup: the 100 that failed most, and the 100 that were executed most',
      }),
    lifetimes: lifetimesSchema,
    people: z
      .array(
        z.strictObject({
          pid: count,
          comm: z.string(),
          user: z.string().meta({ description: 'the name, or the number where it has none' }),
          line: z.array(z.string()).meta({ description: 'its command line, the first 300 bytes' }),
          ancestors: z
            .array(z.strictObject({ pid: count, comm: z.string() }))
            .meta({ description: 'its parent, the parent of that, and so on' }),
        }),
      )
      .meta({ description: 'of those who are named here, who was met alive' }),
    zombie_parents: z
      .array(
        z.strictObject({
          pid: count,
          comm: z.string().nullable(),
          cgroup: z.string().nullable(),
          zombies: count.meta({
            description: 'its children that exited and that it has not waited for',
          }),
          new_zombies: count.meta({ description: 'those that are new in this window' }),
          oldest_start_uptime: z.number().meta({
            description:
              'when the oldest of them was started, in seconds since boot; nothing tells when one ended',
          }),
        }),
      )
      .nullable()
      .meta({
        description:
          'who has zombies at the end of the window; the first 100; null: they cannot be seen, plan.notes says why',
      }),
  })
  .meta({ description: 'who created most, how long processes lived, and who left zombies' });

/** Limits on tasks of which at least half is in use. */
export const nearLimitsSchema = z
  .strictObject({
    limits: z
      .array(
        z.strictObject({
          cause: z.enum(['cgroup_pids', 'rlimit_nproc', 'threads_max', 'pid_max']),
          cgroup: z
            .string()
            .nullable()
            .meta({ description: 'directory of the cgroup that has the limit' }),
          name: z.string().nullable().meta({ description: 'the sysctl that is the limit' }),
          process: z
            .strictObject({ pid: count, user: count })
            .nullable()
            .meta({ description: 'of rlimit_nproc: a process that has the limit, and its user' }),
          used: count,
          limit: count,
          filler: z
            .strictObject({ comm: z.string(), pid: count, tasks: count, processes: count })
            .nullable()
            .meta({ description: 'the program with most tasks that count; null: cannot be seen' }),
          remedy: z
            .string()
            .nullable()
            .meta({ description: 'shell command that doubles the limit at once' }),
          lasting: z
            .string()
            .nullable()
            .meta({ description: 'shell command after which it stays so' }),
        }),
      )
      .meta({ description: 'the fullest first' }),
    unknown: z
      .array(z.string())
      .meta({ description: 'limits that cannot be looked at here, and why' }),
  })
  .meta({ description: 'limits on tasks of which half is in use at the end of the window' });
