import * as z from 'zod';

/**
 * What the user decides. Defaults and limits stand here and nowhere else; `options.ts` says how each is written in a file
 * and on the command line.
 */
export const settingsSchema = z.strictObject({
  /** `entry` counts what succeeded; `return` also counts failed forks. */
  loadMode: z.enum(['entry', 'return']).default('entry'),
  /** Seconds between two updates of the plugin. Netdata stops a plugin that is silent for 120 s. */
  updateEverySeconds: z.int().min(1).max(86_400).default(5),
  /** Keep counts apart by app group. */
  apps: z.boolean().default(false),
  /** Which Netdata `apps_groups.conf` is read as: `2.0` to 2.5, `2.6` and later; `auto`: as the one that is installed. */
  appsGroupsFormat: z.enum(['auto', '1.x', '2.0', '2.6']).default('auto'),
  /** Keep counts apart by cgroup and systemd service. */
  cgroups: z.boolean().default(false),
  /** Keys that a kernel table holds between two dumps; what does not fit is counted as dropped. */
  pidTableSize: z.int().min(64).max(4_194_304).default(32_768),
  /** `legacy`: kprobes; `co-re`: what needs the kernel's type information; `auto`: the best that this machine can do. */
  typeFormat: z.enum(['legacy', 'co-re', 'auto']).default('auto'),
  /** With `co-re`: `trampoline` attaches by fentry and fexit, `probe` by kprobe and kretprobe with the kernel's types. */
  coReTracing: z.enum(['trampoline', 'probe']).default('trampoline'),
  /** Whether each CPU counts in a table of its own, or all in a common one. */
  mapsPerCore: z.boolean().default(true),
  /** Give bpftrace real-time priority, so that it is not preempted while it reads its maps, and misses nothing. */
  realTime: z.boolean().default(false),
  /** Seconds that the plugin runs where it was switched on for a limited time; one that Netdata starts ignores it. */
  lifetimeSeconds: z.int().min(1).max(31_536_000).default(300),
  /** Absolute path of the bpftrace to use; otherwise the first one in the system's own directories. */
  bpftracePath: z.string().startsWith('/').optional(),
});

export type Settings = z.output<typeof settingsSchema>;
