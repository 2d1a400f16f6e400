import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, the unit of times in /proc/PID/stat, is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU time of a process and its threads, user and system, but not that of its children. */
export function readCpuSeconds(pid: number): number {
  return readScheduledSeconds(pid) ?? readTickSeconds(pid);
}

/** In nanoseconds, but without threads that have ended; `undefined` where the kernel does not keep it. */
function readScheduledSeconds(pid: number): number | undefined {
  const files = readdirSync(`/proc/${pid}/task`).map((tid) => `/proc/${pid}/task/${tid}/schedstat`);
  if (!files.every((file) => existsSync(file))) return undefined;
  const times = files.map((file) => Number(readFileSync(file, 'latin1').split(' ')[0]));
  return times.reduce((sum, ns) => sum + ns, 0) / 1e9;
}

/** In steps of 10 ms. */
function readTickSeconds(pid: number): number {
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
