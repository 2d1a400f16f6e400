import { UserError } from '../errors.ts';
import { findFirstError, saysScarce } from '../host/bpftrace-words.ts';
import { type HostFacts, isByLauncher } from '../host/facts.ts';
import { SETUP_HINT } from '../host/root-facts.ts';
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

/** Why a bpftrace ended before its self-test did, and what to do. */
export function explainFirstEnd(end: BpftraceEnd, facts: HostFacts): UserError {
  const name = `bpftrace ${facts.bpftrace.version}`;
  if (end.endedFor !== undefined) {
    return new UserError('TRACER_SILENT', `${name} ${describeEnd(end)}`, {
      hint: `see what it does by hand: ${facts.bpftrace.path} -f json -e 'BEGIN { printf("ok"); exit(); }'`,
    });
  }
  const [, refusal] = end.how.split(REFUSED);
  if (refusal !== undefined) return explainRefusal(refusal);
  if (isByLauncher(facts.privilege) && end.how.startsWith('could not be started: ')) {
    return new UserError('TRACER_ENDED', `the launcher cannot be reached (${end.how})`, {
      hint: 'see what became of it: systemctl status ebpf-processes.socket',
    });
  }
  const when = end.dumps === 0 ? 'before its first dump' : 'while it was attaching';
  const words = findFirstError(end.stderr);
  const sentence = `${name} ended ${when} (${end.how})${words === undefined ? '' : `: ${words}`}`;
  if (MAY_PASS.test(end.how) || saysScarce(end.stderr)) {
    return new UserError('TRACER_ENDED', sentence, {
      hint: 'try again; see whether something kills it, or whether this machine is out of memory: dmesg | tail',
    });
  }
  return new UserError('PROGRAM_REJECTED', sentence, {
    hint: 'see the program it was given: ebpf-processes program',
  });
}

/** What the launcher's reason follows, in the end of a bpftrace that it did not start. */
export const REFUSED = 'refused by the launcher: ';

function explainRefusal(reason: string): UserError {
  const [sentence = '', isForSetup] = reason.split(': run ebpf-processes setup');
  if (isForSetup !== undefined) return new UserError('NOT_SET_UP', sentence, { hint: SETUP_HINT });
  // The places of other clients become free.
  const code = /places are taken/.test(reason) ? 'TRACER_ENDED' : 'NOT_ROOT';
  return new UserError(code, `the launcher does not run bpftrace: ${reason}`, {
    hint: 'see docs/plugin.md, "Give it root"',
  });
}

/** Ends that the program did not cause: somebody killed bpftrace, or the machine could not start another process. */
const MAY_PASS = /^signal SIG(KILL|TERM|INT|HUP)$|\b(EAGAIN|ENOMEM|EMFILE|ENFILE)\b/;
