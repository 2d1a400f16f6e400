import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { toCount } from '../procfs/count.ts';
import { findOwnChild } from '../procfs/own-child.ts';
import { type ProcessUsage, readUsage } from '../procfs/usage.ts';

/** What a bpftrace uses, and its programs and tables in the kernel. */
export interface BpftraceUsage {
  readonly process: ProcessUsage;
  readonly tables: number;
  /** Of these, tables in which each CPU has values of its own. */
  readonly tablesPerCpu: number;
  /** Memory of its tables and programs that the kernel holds. */
  readonly kernelBytes: number;
  /** Since attach; `null` unless `kernel.bpf_stats_enabled` is 1, without which the kernel measures no program. */
  readonly programs: ProgramUsage | null;
  /** The kernel's numbers of its programs. */
  readonly programIds: readonly number[];
}

export interface ProgramUsage {
  readonly runs: number;
  readonly runNs: number;
}

/** @see kernel:include/uapi/linux/bpf.h `enum bpf_map_type`: PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH */
const PER_CPU_TYPES: readonly number[] = [5, 6, 10];

/**
 * Read what a bpftrace uses. Needs root.
 *
 * @param pid - Of a child of ours.
 * @param procRoot - Where the file tree starts in which the /proc is that shows it where ours does not.
 * @returns `undefined` where it is gone, or not ours to look at.
 */
export function readBpftraceUsage(pid: number, procRoot = ''): BpftraceUsage | undefined {
  try {
    const directory = findOwnChild(pid, ['', procRoot]);
    const usage = directory === undefined ? undefined : readUsage(directory);
    if (directory === undefined || usage === undefined) return undefined;
    const all = readdirSync(`${directory}/fd`)
      .filter((fd) => /^anon_inode:bpf-(map|prog)$/.test(readlinkSync(`${directory}/fd/${fd}`)))
      .map((fd) => readFileSync(`${directory}/fdinfo/${fd}`, 'latin1'));
    return { process: usage, ...sumUp(all, isMeasured()) };
  } catch {
    return undefined;
  }
}

/** @param all - The fdinfo of tables and programs. */
export function sumUp(
  all: readonly string[],
  areProgramsMeasured: boolean,
): Omit<BpftraceUsage, 'process'> {
  const tables = all.filter((text) => /^map_type:/m.test(text));
  const sum = (name: string) => all.reduce((total, text) => total + readNumber(text, name), 0);
  return {
    tables: tables.length,
    tablesPerCpu: tables.filter((text) => PER_CPU_TYPES.includes(readNumber(text, 'map_type')))
      .length,
    kernelBytes: sum('memlock'),
    programs: areProgramsMeasured ? { runs: sum('run_cnt'), runNs: sum('run_time_ns') } : null,
    programIds: all
      .filter((text) => /^prog_id:/m.test(text))
      .map((text) => readNumber(text, 'prog_id')),
  };
}

function isMeasured(): boolean {
  return readFileSync('/proc/sys/kernel/bpf_stats_enabled', 'latin1').trim() === '1';
}

/** 0 where it is not there. */
function readNumber(fdinfo: string, name: string): number {
  return toCount(new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(fdinfo)?.[1]) ?? 0;
}
