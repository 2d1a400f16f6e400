import * as z from 'zod';
import {
  diagnosisSchema,
  failedExitsSchema,
  failedForksSchema,
  lifetimesSchema,
  nearLimitsSchema,
} from './report-diagnosis.ts';

const count = z.int().min(0);
const countOrAbsent = count.nullable().meta({ description: 'null: absent, the plan says why' });

const eventSchema = z.strictObject({
  event: z.enum(['create', 'exec', 'exit', 'release', 'error']),
  attach_type: z
    .enum(['tracepoint', 'rawtracepoint', 'fentry', 'fexit', 'kprobe', 'kretprobe'])
    .nullable()
    .meta({ description: 'null: absent, or computed without a probe' }),
  attach_points: z.array(z.string()),
  quality: z.enum(['exact', 'approximate', 'absent']),
  reason: z.string(),
  rejected: z
    .array(z.strictObject({ candidate: z.string(), reason: z.string() }))
    .meta({ description: 'candidates that come before it, and why each was not taken' }),
});

const countersSchema = z.strictObject({
  process_created: countOrAbsent,
  thread_created: countOrAbsent,
  exec: countOrAbsent,
  process_exited: countOrAbsent,
  thread_exited: countOrAbsent,
  released: countOrAbsent,
  errors: z
    .strictObject({ total: count, by_errno: z.record(z.string(), count) })
    .nullable()
    .meta({ description: 'failed forks; null: absent, the plan says why' }),
});

const scopeSchema = countersSchema.extend({ name: z.string() });

const programOfCommandSchema = scopeSchema.extend({
  failed_exits: failedExitsSchema,
  lifetimes: lifetimesSchema,
});

const placeSchema = scopeSchema.extend({
  path: z.string().meta({ description: 'below the cgroup v2 mount; empty where it is not known' }),
  approximate: z
    .string()
    .nullable()
    .meta({ description: 'why its counts are approximate; null: they are as exact as the events' }),
});

const verdictSchema = z
  .array(
    z.strictObject({
      finding: z.enum([
        'forks_fail',
        'fork_storm',
        'thread_storm',
        'crash_loop',
        'zombies',
        'limit_near',
        'incomplete',
      ]),
      severity: z.enum(['critical', 'warning']),
      sentence: z.string().meta({ description: 'what is wrong, and who does it' }),
      evidence: z.array(z.string()),
      next: z.string().nullable().meta({ description: 'shell command to go on with' }),
    }),
  )
  .meta({ description: 'what is wrong, the worst first; empty: nothing unusual' });

/** The result of `--once`: the page is made of it, and the JSON is it. */
export const reportSchema = z
  .strictObject({
    schema_version: z.literal(2),
    window: z
      .strictObject({
        start: z.iso.datetime().meta({ description: 'wall clock time of the first dump' }),
        start_uptime: z
          .number()
          .meta({ description: 'seconds since boot, as dmesg and ftrace (clock boot) count them' }),
        seconds: z.number().min(0).meta({ description: "by the kernel's clock, dump to dump" }),
        interrupted: z.boolean().meta({ description: 'a signal ended the window early' }),
      })
      .meta({ description: 'the time that was watched' }),
    host: z.strictObject({
      kernel: z.string(),
      bpftrace: z.string(),
      btf: z.enum(['readable', 'unreadable', 'absent']),
      cpus: z.int().min(1),
    }),
    plan: z.strictObject({
      events: z.array(eventSchema),
      warnings: z.array(z.string()).meta({
        description:
          'what was asked for by name and is not possible here, and what is done instead',
      }),
      notes: z.array(z.string()).meta({
        description: 'what this machine cannot do, although no event suffers from it',
      }),
    }),
    verdict: verdictSchema,
    system: countersSchema.meta({ description: 'the whole machine, in the window' }),
    narrowed: z
      .strictObject({
        cgroup: z.string().nullable(),
        user: z.string().nullable(),
        comm: z.string().nullable(),
        pid: count.nullable().meta({ description: 'the process, with what descends from it' }),
        counters: countersSchema.meta({
          description:
            'what they did; released is absent, because it is known of scopes and not of tasks',
        }),
        notes: z.array(z.string()).meta({ description: 'what may be missing from it' }),
      })
      .optional()
      .meta({
        description:
          'to what the report is narrowed, whatever is given: then failed_forks, apps, cgroups, services and diagnosis are of those alone, and everything else of the whole machine',
      }),
    failed_forks: failedForksSchema,
    near_limits: nearLimitsSchema,
    apps: z.array(scopeSchema).nullable().meta({
      description:
        'by app group; "other" for processes that match no pattern and whose parents match none',
    }),
    cgroups: z.array(placeSchema).nullable().meta({
      description:
        'by container or cgroup; "root" for tasks in none, "unresolved" for a cgroup that was gone before its path was read',
    }),
    services: z.array(placeSchema).nullable().meta({ description: 'by systemd service' }),
    dropped: countersSchema
      .nullable()
      .meta({ description: "what did not fit into the kernel's table" }),
    unattributed: countersSchema.nullable().meta({
      description:
        'counted, but nobody knows whose. For each counter: apps + dropped + unattributed = system, and cgroups + services + dropped + unattributed = system',
    }),
    diagnosis: diagnosisSchema,
    audit: z
      .strictObject({
        created: countOrAbsent.meta({
          description: 'tasks that were counted, and those known to be missed',
        }),
        forks_at_least: count
          .nullable()
          .meta({ description: 'least growth of "processes" in /proc/stat; null: cannot be read' }),
        forks_at_most: count.nullable().meta({
          description:
            'the kernel is read just before and just after each edge of the window: the true growth lies between the two',
        }),
        completeness: z.number().min(0).max(100).nullable().meta({
          description:
            'percent; 100 where created lies between the two; null: not checked, because a number is absent or the two are too far apart',
        }),
      })
      .meta({ description: "created tasks compared with the kernel's own count" }),
    balance: z
      .strictObject({
        exited: countOrAbsent,
        released: countOrAbsent,
        zombies: z.int().nullable().meta({ description: 'growth of the zombies in /proc' }),
        difference: z
          .int()
          .nullable()
          .meta({ description: 'exited - released - zombies; 0 where the three agree' }),
        edge: count.nullable().meta({
          description: 'a difference up to this says nothing: the three are not read at one moment',
        }),
      })
      .meta({ description: 'each task that exited was released or is a zombie' }),
    loss: z
      .strictObject({
        lost_events: count.meta({ description: 'messages that bpftrace could not deliver' }),
        helper_errors: count.meta({ description: 'failed calls inside the BPF programs' }),
        broken_lines: count.meta({ description: 'lines that are no message of bpftrace' }),
        lost_dumps: count.meta({ description: 'dumps that did not come, or not whole' }),
        restarts: count.meta({ description: 'times that bpftrace had to be started again' }),
        missed: z
          .strictObject({ create: count, exec: count, exit: count, error: count })
          .nullable()
          .meta({
            description:
              'events that the kernel did not hand to a program: those of exec are in its counter, of the others the kind is not known; null: cannot be read',
          }),
      })
      .meta({ description: 'what may be missing from the counts' }),
    notes: z.array(z.string()).meta({ description: 'what the reader must know of this run' }),
    command: z
      .strictObject({
        argv: z.array(z.string()),
        user: z
          .string()
          .nullable()
          .meta({ description: 'whom it ran as; null: as ebpf-processes itself' }),
        exit_code: z.int().min(0).max(255).meta({
          description: '128 + signal where one ended it; 130 where it still runs',
        }),
        signal: z
          .strictObject({ number: z.int().min(1), name: z.string() })
          .nullable()
          .meta({ description: 'what killed it, such as 9 and KILL' }),
        running: z.boolean().meta({
          description: 'it had not ended, and a second Ctrl-C ended the wait for it',
        }),
        seconds: z.number().min(0),
        told_apart_by: z
          .enum(['cgroup and descent', 'descent'])
          .nullable()
          .meta({ description: 'how its events are known from those of others; null: not at all' }),
        counters: countersSchema.nullable().meta({
          description: 'what the command and its children did; null: not known apart',
        }),
        comms: z.array(programOfCommandSchema).nullable().meta({
          description: 'the same by command name; with dropped they add up to counters',
        }),
        dropped: countersSchema.nullable().meta({
          description: "what is in counters and under no name: the kernel's table was full",
        }),
        escaped: z
          .strictObject({ at_most: count.nullable(), reasons: z.array(z.string()) })
          .nullable()
          .meta({
            description:
              'tasks that the kernel created in the window beside those counted for the command: not more can have escaped; 0: none can; null: not known',
          }),
      })
      .optional(),
  })
  .meta({ title: 'ebpf-processes --once --format json' });

export type Report = z.output<typeof reportSchema>;

/** The shape as JSON Schema (draft 2020-12). */
export function renderReportSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`;
}

export function renderReportJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
