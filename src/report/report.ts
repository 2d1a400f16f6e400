import { z } from 'zod';
import { blameSchema, refusalsSchema } from './report-blame.ts';

const count = z.int().min(0);
const countOrAbsent = count.nullable().meta({ description: 'null: absent, the plan says why' });

const eventSchema = z.strictObject({
  event: z.enum(['create', 'exec', 'exit', 'release', 'error']),
  attachType: z
    .enum(['tracepoint', 'rawtracepoint', 'fentry', 'fexit', 'kprobe', 'kretprobe'])
    .nullable(),
  attach_points: z.array(z.string()),
  quality: z.enum(['exact', 'approximate', 'absent']),
  reason: z.string(),
  refused: z.array(z.strictObject({ probe: z.string(), reason: z.string() })),
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
    .meta({ description: 'refused creations; null: absent, the plan says why' }),
});

const scopeSchema = countersSchema.extend({ name: z.string() });

const placeSchema = scopeSchema.extend({
  path: z.string().meta({ description: 'below the cgroup v2 mount; empty where it is not known' }),
});

/** What `--once` found out. The one shape behind the page and the JSON. */
export const reportSchema = z
  .strictObject({
    schema_version: z.literal(1),
    window: z
      .strictObject({
        start: z.iso.datetime().meta({ description: 'wall clock time of the first dump' }),
        start_uptime: z
          .number()
          .meta({ description: 'seconds since boot, as dmesg and ftrace (clock boot) count them' }),
        seconds: z.number().min(0).meta({ description: "by the kernel's clock, dump to dump" }),
        settle_seconds: z.number().min(0).meta({
          description:
            'how much longer releases were counted: they come some time after the exit. 0 without a command',
        }),
        unreleased: z.int().min(0).nullable().meta({
          description:
            'tasks of the command that ended and of which no release was seen until then: unreaped, or still to be freed; null without a command',
        }),
        unseen_releases: z.int().min(0).nullable().meta({
          description:
            'tasks that are gone and of which no release was seen, counted as released; null without a command',
        }),
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
        description: 'what was asked for by name and cannot be had, and what is done instead',
      }),
      notes: z.array(z.string()).meta({
        description: 'what this machine cannot do, although no event suffers from it',
      }),
    }),
    system: countersSchema.meta({ description: 'the whole machine, in the window' }),
    refusals: refusalsSchema,
    apps: z
      .array(scopeSchema)
      .nullable()
      .meta({ description: 'by app group, "other" for what no pattern and no parent places' }),
    cgroups: z.array(placeSchema).nullable().meta({
      description:
        'by container or cgroup; "root" for what is in none, "unresolved" for one that was gone before it was seen',
    }),
    services: z.array(placeSchema).nullable().meta({ description: 'by systemd service' }),
    unattributed: z
      .strictObject({
        overflow: countersSchema.meta({ description: "what did not fit into the kernel's map" }),
        unknown: countersSchema.meta({ description: 'events whose task is not known' }),
      })
      .nullable()
      .meta({
        description:
          'for each counter: apps + unattributed = system, and cgroups + services + unattributed = system',
      }),
    blame: blameSchema,
    audit: z
      .strictObject({
        created: countOrAbsent.meta({ description: 'tasks that were counted' }),
        proc_stat: count.meta({ description: 'growth of "processes" in /proc/stat' }),
        edge: count.meta({
          description:
            'tasks by which the two may differ because they were read one after the other',
        }),
        completeness: z
          .number()
          .min(0)
          .nullable()
          .meta({ description: 'percent; 100 where the difference is within the edge' }),
      })
      .meta({ description: 'created tasks held against what the kernel itself counts' }),
    loss: z
      .strictObject({
        lost_events: count.meta({ description: 'messages that bpftrace could not deliver' }),
        helper_errors: count.meta({ description: 'failed calls inside the BPF programs' }),
        broken_lines: count.meta({ description: 'lines that are no message of bpftrace' }),
        skipped_intervals: count.meta({ description: 'dumps that did not come, or not whole' }),
        restarts: count.meta({ description: 'times that bpftrace had to be started again' }),
        skipped_events: z
          .strictObject({ create: count, exit: count, error: count })
          .nullable()
          .meta({
            description:
              'events that the kernel did not hand to a program and whose kind is not known; null: cannot be read',
          }),
      })
      .meta({ description: 'what may be missing from the counts' }),
    notes: z.array(z.string()).meta({ description: 'what happened that the reader must know' }),
    command: z
      .strictObject({
        argv: z.array(z.string()),
        exit_code: z.int().min(0).max(255).meta({ description: '128 + signal where one ended it' }),
        seconds: z.number().min(0),
        counters: countersSchema.nullable().meta({
          description: 'what the command and its children did; null: cannot be told apart',
        }),
        comms: z.array(scopeSchema).nullable().meta({ description: 'the same by command name' }),
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
