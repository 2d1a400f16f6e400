import { readFileSync } from 'node:fs';

/** Memory that a process has resident, in MB; `undefined` where it is gone. */
export function readRssMb(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024) / 1e6;
  } catch {
    return undefined;
  }
}

/** What a process had resident over a run: medians, because a garbage collector makes single readings jump. */
export interface Course {
  readonly startMb: number;
  readonly middleMb: number;
  readonly endMb: number;
}

/** @param readings - At equal distances. The first tenth, in which everything is read for the first time, is left out. */
export function courseOf(readings: readonly number[]): Course {
  const part = (from: number, to: number) =>
    median(readings.slice(Math.floor(readings.length * from), Math.ceil(readings.length * to)));
  return { startMb: part(0.1, 0.2), middleMb: part(0.45, 0.55), endMb: part(0.9, 1) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
