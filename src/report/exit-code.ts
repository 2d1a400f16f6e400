import { nameSignal } from './signal-names.ts';

/** How a process ended: by a status, or by a signal. */
export interface ExitReason {
  readonly status: number | null;
  /** By name, see `nameSignal`. */
  readonly signal: string | null;
  readonly core_dumped: boolean;
}

const CORE_DUMPED = 0x80;

/**
 * @param exitCode - As wait(2) tells it.
 * @see man:wait(2)
 */
export function readExitCode(exitCode: number): ExitReason {
  const signal = exitCode & 0x7f;
  if (signal === 0) return { status: (exitCode >> 8) & 0xff, signal: null, core_dumped: false };
  return {
    status: null,
    signal: nameSignal(signal),
    core_dumped: (exitCode & CORE_DUMPED) !== 0,
  };
}
