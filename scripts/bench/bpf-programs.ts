import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What the kernel knows of one BPF program. Times and runs grow only while the statistics are on. */
export interface BpfProgram {
  readonly id: number;
  readonly runNs: number;
  readonly runs: number;
}

/**
 * The bpftrace that a process has started, itself or through a launcher.
 *
 * @param others - Those that it is not.
 */
export function findBpftrace(parentPid: number, others: readonly number[] = []): number {
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => !others.includes(candidate))
    .find((candidate) => readParent(candidate) === parentPid && programFiles(candidate).length > 0);
  if (pid === undefined) throw new Error(`process ${parentPid} has started no bpftrace`);
  return pid;
}

/**
 * The BPF programs that a process holds, in the order in which it loaded them.
 *
 * @see kernel:kernel/bpf/syscall.c `bpf_prog_show_fdinfo`: what bpftool prints is there too, so it is not needed
 */
export function readBpfPrograms(pid: number): BpfProgram[] {
  return programFiles(pid)
    .map((file) => {
      const text = readFileSync(file, 'latin1');
      return {
        id: readNumber(text, 'prog_id'),
        runNs: readNumber(text, 'run_time_ns'),
        runs: readNumber(text, 'run_cnt'),
      };
    })
    .sort((a, b) => a.id - b.id);
}

function programFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === 'anon_inode:bpf-prog')
      .map((fd) => `/proc/${pid}/fdinfo/${fd}`);
  } catch {
    // It has ended since it was listed, or closes files right now: it holds none that last.
    return [];
  }
}

function readParent(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has ended since it was listed.
    return undefined;
  }
}

function readNumber(fdinfo: string, name: string): number {
  const [, value] = new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(fdinfo) ?? [];
  if (value === undefined) throw new Error(`this kernel tells no ${name} of a BPF program`);
  return Number(value);
}
