import { UserError } from '../errors.ts';
import { findFirstError } from '../host/bpftrace-words.ts';
import type { HostFacts } from '../host/facts.ts';
import type { RunOutcome } from './run-bpftrace.ts';

/** `ended (signal SIGKILL)`, or why we ended it. */
export function describeEnd(outcome: RunOutcome): string {
  switch (outcome.endedFor) {
    case 'silent':
      return 'printed no dump for too long and was ended';
    case 'garbage':
      return 'printed what is not its JSON and was ended';
    case undefined:
      return `ended (${outcome.how})`;
  }
}

/** Why a bpftrace ended before all was attached, mostly before its first dump, and what to do. */
export function explainFirstEnd(outcome: RunOutcome, facts: HostFacts): UserError {
  const name = `bpftrace ${facts.bpftrace.version}`;
  if (outcome.endedFor !== undefined) {
    return new UserError('TRACER_SILENT', `${name} ${describeEnd(outcome)}`, {
      hint: `see what it does by hand: ${facts.bpftrace.path} -f json -e 'BEGIN { printf("ok"); exit(); }'`,
    });
  }
  const words = findFirstError(outcome.stderr);
  return new UserError(
    'PROGRAM_REJECTED',
    `${name} ended ${outcome.dumps === 0 ? 'before its first dump' : 'while it was attaching'} (${outcome.how})${words === undefined ? '' : `: ${words}`}`,
    { hint: 'see the program it was given: ebpf-processes program' },
  );
}

/** The restarts are used up. */
export function tracerDied(outcome: RunOutcome, failures: number): UserError {
  return new UserError(
    'TRACER_DIED',
    `bpftrace failed ${failures} times in a row, the last time it ${describeEnd(outcome)}`,
    { hint: 'see whether something kills it: dmesg | tail' },
  );
}
