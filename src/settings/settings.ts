import { z } from 'zod';

/**
 * What the user decides. Defaults stand here and nowhere else.
 *
 * @see shared names: `ebpf load mode` and `update every` of Netdata's `ebpf.d/process.conf`.
 */
export const settingsSchema = z.strictObject({
  /** `entry` counts what succeeded; `return` also counts what the kernel refused. */
  loadMode: z.enum(['entry', 'return']).default('entry'),
  /** Seconds between two publications of the plugin. Netdata stops a plugin that is silent for 120 s. */
  updateEverySeconds: z.int().min(1).max(86_400).default(5),
  /** Absolute path of the bpftrace to use; otherwise the first one in the system's own directories. */
  bpftracePath: z.string().startsWith('/').optional(),
});

export type Settings = z.output<typeof settingsSchema>;
