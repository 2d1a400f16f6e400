import { UserError } from '../errors.ts';
import { findFirstError } from '../host/bpftrace-words.ts';
import type { HostFacts } from '../host/facts.ts';
import type { BpftraceEnd } from './process.ts';

/** `ended (signal SIGKILL)`, or why we ended it. */
export function describeEnd(end: BpftraceEnd): string {
  switch (end.endedFor) {
    case 'silent':
      return 'printed no dump for too long and was ended';
    case 'garbage':
      return 'printed what is not its JSON and was ended';
    case undefined:
      return `ended (${end.how})`;
  }
}

/** Why a bpftrace ended before all was attached, mostly before its first dump, and what to do. */
export function explainFirstEnd(end: BpftraceEnd, facts: HostFacts): UserError {
  const name = `bpftrace ${facts.bpftrace.version}`;
  if (end.endedFor !== undefined) {
    return new UserError('TRACER_SILENT', `${name} ${describeEnd(end)}`, {
      hint: `see what it does by hand: ${facts.bpftrace.path} -f json -e 'BEGIN { printf("ok"); exit(); }'`,
    });
  }
  const words = findFirstError(end.stderr);
  return new UserError(
    'PROGRAM_REJECTED',
    `${name} ended ${end.dumps === 0 ? 'before its first dump' : 'while it was attaching'} (${end.how})${words === undefined ? '' : `: ${words}`}`,
    { hint: 'see the program it was given: ebpf-processes program' },
  );
}
