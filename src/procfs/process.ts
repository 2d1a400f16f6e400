import { toCount } from './count.ts';
import { readText } from './read-text.ts';

/** What /proc says of a process that exists. */
export interface LiveProcess {
  readonly parent: number;
  /** A byte string, as in the kernel's keys. */
  readonly comm: string;
  /** As in `/proc/PID/cmdline`; empty for a kernel thread. */
  readonly cmdline: string;
  /** Its start in clock ticks since boot. Ids are used again; id and start together never are. */
  readonly startTicks: number;
}

/** No more is read of a command line. Patterns of app groups look for names, which stand at the begin. */
const CMDLINE_BYTES = 16_384;

/**
 * Read one process from /proc.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @returns `undefined` where it is gone.
 */
export function readProcess(id: number, root = ''): LiveProcess | undefined {
  const stat = readStat(id, root);
  const cmdline = stat && readText(`${root}/proc/${id}/cmdline`, CMDLINE_BYTES);
  if (stat === undefined || cmdline === undefined) return undefined;
  const { comm, parent, startTicks } = stat;
  return { comm, parent, startTicks, cmdline };
}

/** What `/proc/ID/stat` says of a process. */
export interface ProcessStat extends Omit<LiveProcess, 'cmdline'> {
  /** One letter; `Z` for a zombie. */
  readonly state: string;
  readonly threads: number;
  /** @see kernel:include/linux/sched.h `PF_*` */
  readonly flags: number;
}

/** @returns `undefined` where the process is gone. */
export function readStat(id: number, root = ''): ProcessStat | undefined {
  return parseStat(readText(`${root}/proc/${id}/stat`) ?? '');
}

/** The parent and the real user of a process. @returns `undefined` where it is gone. */
export function readKin(
  id: number,
  root = '',
): { readonly parent: number; readonly user: number } | undefined {
  const status = readText(`${root}/proc/${id}/status`) ?? '';
  const parent = toCount(/^PPid:\t(\d+)/m.exec(status)?.[1]);
  const user = toCount(/^Uid:\t(\d+)/m.exec(status)?.[1]);
  return parent === undefined || user === undefined ? undefined : { parent, user };
}

/** The comm may hold any byte, parentheses and spaces too: it ends at the last parenthesis of the line. */
export function parseStat(stat: string): ProcessStat | undefined {
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const [parent, threads, startTicks] = [fields[1], fields[17], fields[19]].map(toCount);
  const flags = toCount(fields[6]);
  const isWhole = parent !== undefined && threads !== undefined && startTicks !== undefined;
  if (end < 0 || !isWhole || flags === undefined) return undefined;
  const comm = stat.slice(stat.indexOf('(') + 1, end);
  return { comm, state: fields[0] ?? '', threads, flags, parent, startTicks };
}
