import { existsSync } from 'node:fs';
import { readText } from '../procfs/read-text.ts';
import { isAtLeast, type KernelConfig, type KernelVersion } from './facts.ts';

/**
 * Find out whether this kernel can run BPF programs at events at all, where no file tells its options.
 *
 * @returns What it lacks, and what says so; `undefined` where it lacks nothing, or where nothing says it.
 */
export function readBpfProblem(
  kernel: KernelVersion,
  config: KernelConfig,
  root: string,
): string | undefined {
  // The plan asks the options then.
  if (config.source !== undefined) return undefined;
  const directory = '/proc/sys/kernel';
  const lacks = (name: string) => !existsSync(`${root}${directory}/${name}`);
  // Not the kernel's own /proc, or one without switches.
  if (lacks('ostype')) return undefined;
  if (lacks('perf_event_paranoid')) {
    return `this kernel has no perf events: there is no ${directory}/perf_event_paranoid`;
  }
  // Since 4.4.
  if (lacks('unprivileged_bpf_disabled') && isAtLeast(kernel, 4, 4)) {
    return `this kernel has no bpf(): there is no ${directory}/unprivileged_bpf_disabled`;
  }
  const symbols = readText(`${root}/proc/kallsyms`) ?? '';
  return symbols === '' || / [tT] trace_call_bpf$/m.test(symbols)
    ? undefined
    : 'this kernel runs no BPF program at its events (CONFIG_BPF_EVENTS): /proc/kallsyms has no trace_call_bpf';
}
