import { createHash } from 'node:crypto';
import { isAtLeast } from '../host/facts.ts';
import { type BpftraceCommand, needsFunctions } from './command.ts';

/** What bpftrace takes where nobody says how many keys a map holds. */
const DEFAULT_KEYS = 4_096;

/**
 * The text that root renders for the launcher: the program, and before it a line that says what else its bpftrace needs.
 * The launcher knows these two lines alone.
 */
export function toLauncherProgram(
  command: Pick<BpftraceCommand, 'bpftrace' | 'attachPoints' | 'programText'>,
): string {
  return `${toFirstLine(command)}${command.programText}`;
}

function toFirstLine(command: Pick<BpftraceCommand, 'bpftrace' | 'attachPoints'>): string {
  if (needsFunctions(command)) return '// --traceable-functions\n';
  // With CAP_BPF and CAP_PERFMON alone it finds no types of modules, and then none at all, unless it is given this file.
  const isTyped = command.attachPoints.some((point) => /^f(entry|exit):/.test(point));
  return isTyped && !isAtLeast(command.bpftrace, 0, 20) ? '// BPFTRACE_BTF\n' : '';
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
