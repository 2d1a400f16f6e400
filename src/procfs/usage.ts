import { readFileSync } from 'node:fs';
import { toCount } from './count.ts';

/** What a process has used. */
export interface ProcessUsage {
  /** CPU time since its start. */
  readonly cpuMs: number;
  /** Memory that it holds now. */
  readonly residentBytes: number;
}

/** Clock ticks of /proc are of 10 ms on every architecture that bpftrace runs on. */
const TICK_MS = 10;

/**
 * Read what a process has used.
 *
 * @param directory - Its directory in /proc.
 * @returns `undefined` where it is gone.
 */
export function readUsage(directory: string): ProcessUsage | undefined {
  try {
    return parseUsage(
      readFileSync(`${directory}/stat`, 'latin1'),
      readFileSync(`${directory}/status`, 'latin1'),
    );
  } catch {
    return undefined;
  }
}

/** What we have used ourselves. */
export function readNodeUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, residentBytes: process.memoryUsage.rss() };
}

/** The comm may hold any byte: the fields begin behind its last parenthesis. @see proc_pid_stat(5) utime, stime */
export function parseUsage(stat: string, status: string): ProcessUsage | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [toCount(fields[11]), toCount(fields[12])];
  const kilobytes = toCount(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]);
  if (user === undefined || system === undefined || kilobytes === undefined) return undefined;
  return { cpuMs: (user + system) * TICK_MS, residentBytes: kilobytes * 1_024 };
}
