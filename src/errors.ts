/** What failed, as a closed list, so that a caller can decide without reading the sentence. */
export type ErrorCode =
  | 'USAGE'
  | 'NOT_ROOT'
  | 'NOT_SET_UP'
  | 'TRACEFS_UNREADABLE'
  | 'BPFTRACE_MISSING'
  | 'BPFTRACE_UNUSABLE'
  | 'BPFTOOL_UNUSABLE'
  | 'BPF_STATS_UNAVAILABLE'
  | 'NOTHING_TO_ATTACH'
  | 'PROGRAM_REJECTED'
  | 'TRACER_SILENT'
  | 'TRACER_ENDED'
  | 'COMMAND_NOT_STARTED'
  | 'INTERRUPTED'
  | 'OUTPUT_CLOSED'
  | 'OUTPUT_UNWRITABLE'
  | 'RECORDING_UNREADABLE';

/**
 * A failure that the user can do something about. Everything else that is thrown is a bug and keeps its stack.
 *
 * `message` says what failed, with the value and its place, without a full stop; `hint` is the next step.
 */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** 2 for words on the command line or in a file that make no sense; else 1, unless the thrower knows better. */
  readonly exitCode: number;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; exitCode?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? (code === 'USAGE' ? 2 : 1);
  }

  /** `error: …` and, on a line of its own, `hint: …`. */
  override toString(): string {
    return this.hint === undefined
      ? `error: ${this.message}`
      : `error: ${this.message}\nhint: ${this.hint}`;
  }
}

/**
 * Failures that say nothing of what can be counted here: bpftrace was killed, hung, or could not be started; root has rendered
 * no programs yet.
 */
const PASSING: readonly ErrorCode[] = ['TRACER_ENDED', 'TRACER_SILENT', 'NOT_SET_UP'];

/** What a machine may lack for a while: processes, memory, descriptors. */
const SCARCE: readonly unknown[] = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'];

/** Whether the same may work later, with nothing changed by anybody. */
export function mayPass(error: unknown): boolean {
  if (error instanceof UserError) return PASSING.includes(error.code);
  return error instanceof Error && 'code' in error && SCARCE.includes(error.code);
}
