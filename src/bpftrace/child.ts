import type { Readable } from 'node:stream';
import type { Ended } from '../host/run.ts';
import type { LoadedProgram } from './misses.ts';

/** A bpftrace that was started, by ourselves or by the launcher. */
export interface BpftraceChild {
  /** `undefined` where it is not a child of ours, or could not be started. */
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its BPF programs with what they have missed, where the launcher tells of them. */
  readonly programs: readonly LoadedProgram[];
  /** Whether a line of stdout is not bpftrace's JSON; what it means is taken note of. */
  takes(line: string): boolean;
  /** Resolves when it is gone; never rejects. To be asked for when stdout has been read. */
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}
