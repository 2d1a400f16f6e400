import { readFileSync } from 'node:fs';

/** What /proc says of a process that lives. */
export interface LiveProcess {
  readonly parent: number;
  /** A byte string, as in the kernel's keys. */
  readonly comm: string;
  /** As in `/proc/PID/cmdline`; empty for a kernel thread. */
  readonly cmdline: string;
  /** When it was started, in ticks since boot: with the id this names a process for good. */
  readonly startTicks: number;
}

/** In the flags of a task, from the start of its end until it is gone. */
const PF_EXITING = 4;

/** Longer command lines are cut: patterns look for names, not for data. */
const CMDLINE_BYTES = 16_384;

/**
 * Read one process from /proc.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @returns `undefined` where it is gone.
 */
export function readProcess(id: number, root = ''): LiveProcess | undefined {
  try {
    const stat = parseStat(readFileSync(`${root}/proc/${id}/stat`, 'latin1'));
    if (stat === undefined) return undefined;
    const { comm, parent, startTicks } = stat;
    const cmdline = readFileSync(`${root}/proc/${id}/cmdline`, 'latin1').slice(0, CMDLINE_BYTES);
    return { comm, parent, startTicks, cmdline };
  } catch {
    // It ended before or while it was read.
    return undefined;
  }
}

/** The comm may hold anything, parentheses and spaces too: it ends at the last parenthesis. */
export function parseStat(stat: string):
  | (Omit<LiveProcess, 'cmdline'> & {
      readonly state: string;
      readonly threads: number;
      readonly isEnding: boolean;
    })
  | undefined {
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const [parent, startTicks] = [Number(fields[1]), Number(fields[19])];
  if (end < 0 || Number.isNaN(parent) || Number.isNaN(startTicks)) return undefined;
  return {
    comm: stat.slice(stat.indexOf('(') + 1, end),
    state: fields[0] ?? '',
    threads: Number(fields[17]),
    isEnding: (Number(fields[6]) & PF_EXITING) !== 0,
    parent,
    startTicks,
  };
}
