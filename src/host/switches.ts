import { existsSync } from 'node:fs';
import { readText } from '../procfs/read-text.ts';
import type { HostFacts, KernelConfig } from './facts.ts';
import { TRACEFS_DIRECTORIES } from './tracepoints.ts';

/** Holds 0 where kprobes are switched off: they can be attached then, and never fire. Needs debugfs. */
const KPROBES_SWITCH = '/sys/kernel/debug/kprobes/enabled';

/** Exists since 4.17 where a kprobe can be made through perf_event_open. */
const KPROBE_EVENTS_SOURCE = '/sys/bus/event_source/devices/kprobe/type';

/** Find out whether this kernel has kprobes, and whether they are switched on. */
export function readKprobes(config: KernelConfig, root: string): HostFacts['kprobes'] {
  const isOffered =
    existsSync(`${root}${KPROBE_EVENTS_SOURCE}`) ||
    TRACEFS_DIRECTORIES.some((directory) => existsSync(`${root}${directory}/kprobe_events`));
  // A user cannot read tracefs, and before 4.17 no other file says it.
  if (!isOffered && config.options.get('KPROBE_EVENTS') !== 'y') return 'absent';
  return readText(`${root}${KPROBES_SWITCH}`)?.trim() === '0' ? 'disabled' : 'available';
}

/** Find out whether probes at the entry of functions fire (kernel.ftrace_enabled). */
export function readFtrace(root: string): HostFacts['ftrace'] {
  const value = readText(`${root}/proc/sys/kernel/ftrace_enabled`)?.trim();
  return value === '0' ? 'disabled' : 'enabled';
}
