import { UserError } from '../errors.ts';
import type { HostFacts } from '../host/facts.ts';
import type { RunOutcome } from './run-bpftrace.ts';

/** `ended (signal SIGKILL)`, or why we ended it. */
export function describeEnd(outcome: RunOutcome): string {
  switch (outcome.endedFor) {
    case 'silent':
      return 'printed no frame for too long and was ended';
    case 'garbage':
      return 'printed what is not its JSON and was ended';
    case undefined:
      return `ended (${outcome.how})`;
  }
}

/** Why a bpftrace that never printed a frame did not, and what to do. */
export function explainFirstEnd(outcome: RunOutcome, facts: HostFacts): UserError {
  const name = `bpftrace ${facts.bpftrace.version}`;
  if (outcome.endedFor !== undefined) {
    return new UserError('TRACER_SILENT', `${name} ${describeEnd(outcome)}`, {
      hint: `see what it does by hand: ${facts.bpftrace.path} -f json -e 'BEGIN { printf("ok"); exit(); }'`,
    });
  }
  const words = firstError(outcome.stderr);
  return new UserError(
    'PROGRAM_REJECTED',
    `${name} ended before its first frame (${outcome.how})${words === undefined ? '' : `: ${words}`}`,
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

/** What a line that says why begins with, as every version writes it; source lines of the program may hold such words too. */
const SAYS_WHY = /(^|: )(ERROR|FATAL|fatal error|error)\b|^Error |lockdown/;

/** Every version complains of this without CAP_SYS_RESOURCE, and it harms nothing. */
const HARMLESS = /RLIMIT_MEMLOCK|^__BPFTRACE|WARNING/;

function firstError(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !HARMLESS.test(line));
  return (lines.find((line) => SAYS_WHY.test(line)) ?? lines[0])?.slice(0, 300);
}
