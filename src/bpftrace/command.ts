import { fileURLToPath } from 'node:url';
import { CHILD_ENVIRONMENT, INCLUDE_DIRECTORY, mapSizeEnvironment } from '../host/environment.ts';
import { type BpftraceFacts, isAtLeast, type Privilege } from '../host/facts.ts';
import { privilegePrefix } from '../host/privilege.ts';

/** A list of the functions that we attach to, for a bpftrace that cannot read the kernel's list of traceable functions. */
const TRACEABLE_FUNCTIONS = fileURLToPath(
  new URL('../../probes/traceable-functions', import.meta.url),
);

/** How to start one bpftrace. */
export interface BpftraceCommand {
  readonly bpftrace: BpftraceFacts;
  readonly privilege: Privilege;
  /** Words before the name of bpftrace that make the kernel end it with us, see `readLifeline`; may be empty. */
  readonly lifeline: readonly string[];
  readonly programText: string;
  /** How many keys a map can hold; `undefined` leaves it at bpftrace's own 4,096. */
  readonly mapKeys: number | undefined;
  /** What the program attaches to. */
  readonly attachPoints: readonly string[];
  /** Values of `$1`, `$2`, … in the program. */
  readonly parameters: readonly string[];
}

/** The words to execute, and the whole environment of what they start. */
export interface Invocation {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * How bpftrace gets its program. Not as an argument where that can be helped: it is kilobytes that `ps` would show.
 *
 * `stdin` from 0.14 on. Before that libbpf closes descriptor 0 where it cannot read the kernel's type information (seen with
 * 0.11 on Linux 6.18), so that it is `file`, a descriptor that is inherited. sudo closes that one, and leaves `argument`.
 */
export type ProgramPlace = 'stdin' | 'file' | 'argument';

export function chooseProgramPlace({ bpftrace, privilege }: BpftraceCommand): ProgramPlace {
  if (isAtLeast(bpftrace, 0, 14)) return 'stdin';
  return privilege === 'root' ? 'file' : 'argument';
}

/** The descriptor of the program where it is a file. */
export const PROGRAM_FD = 3;

export function toInvocation(command: BpftraceCommand, place: ProgramPlace): Invocation {
  const environment = {
    ...CHILD_ENVIRONMENT,
    ...(command.mapKeys === undefined ? {} : mapSizeEnvironment(command.mapKeys)),
  };
  const words = [
    ...privilegePrefix(command.privilege, environment),
    ...command.lifeline,
    command.bpftrace.path,
    ...['-f', 'json', '-I', INCLUDE_DIRECTORY],
    ...(needsFunctions(command) ? ['--traceable-functions', TRACEABLE_FUNCTIONS] : []),
    ...nameProgram(command, place),
    ...command.parameters,
  ];
  return { words, environment };
}

/** From 0.27 on bpftrace looks for the function of a raw tracepoint among the traceable ones. */
export function needsFunctions({
  bpftrace,
  attachPoints,
}: Pick<BpftraceCommand, 'bpftrace' | 'attachPoints'>): boolean {
  return (
    isAtLeast(bpftrace, 0, 27) && attachPoints.some((point) => point.startsWith('rawtracepoint:'))
  );
}

function nameProgram({ programText }: BpftraceCommand, place: ProgramPlace): readonly string[] {
  switch (place) {
    case 'stdin':
      return ['-'];
    case 'file':
      return [`/proc/self/fd/${PROGRAM_FD}`];
    case 'argument':
      return ['-e', programText];
  }
}
