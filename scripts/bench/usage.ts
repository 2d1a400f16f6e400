import { readFileSync } from 'node:fs';

/** USER_HZ, the unit of times in /proc, is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU time of a process and its threads, user and system, in steps of 10 ms. Not that of its children. */
export function readCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in brackets can hold anything; state is the first field behind it, utime and stime the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The most memory that a process had resident since its exec, file pages that it shares with others included. */
export function readPeakMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
}
