import { createHash } from 'node:crypto';
import { type BpftraceCommand, needsFunctions } from './command.ts';

/** What bpftrace takes where nobody says how many keys a map holds. */
const DEFAULT_KEYS = 4_096;

/**
 * The text that root renders for the launcher: the program, and before it the one line that the launcher knows, where its
 * bpftrace needs a list of functions.
 */
export function toLauncherProgram(
  command: Pick<BpftraceCommand, 'bpftrace' | 'attachPoints' | 'programText'>,
): string {
  return needsFunctions(command)
    ? `// --traceable-functions\n${command.programText}`
    : command.programText;
}

/** The name under which the launcher finds a program. */
export function nameProgram(launcherProgram: string): string {
  return createHash('sha256').update(launcherProgram).digest('hex');
}

/**
 * The one line that the launcher takes.
 *
 * @throws Error for a program with other parameters than the offset and the period.
 */
export function toRequest(command: BpftraceCommand): string {
  const { parameters, mapKeys = DEFAULT_KEYS } = command;
  if (parameters.length !== 2) throw new Error('the launcher runs no program with more parameters');
  return `run 1 ${nameProgram(toLauncherProgram(command))} ${parameters.join(' ')} ${mapKeys}\n`;
}
