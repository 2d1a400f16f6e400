import { UserError } from '../errors.ts';
import { saysScarce } from '../host/bpftrace-words.ts';
import { type HostFacts, isByLauncher } from '../host/facts.ts';
import { ENDED_BY_SIGNAL, tryAttach } from '../host/trial.ts';
import { whyNothingLoads } from '../host/why-nothing-loads.ts';

/** Attached by the empty program that tells whether anything can be loaded at all. */
const SIMPLEST = 'tracepoint:sched:sched_process_exec';

/**
 * Why bpftrace took no program of ours: find out by an empty one whether it can load anything at all here.
 *
 * @returns `error` itself where the empty program is loaded; `TRACER_ENDED` where the trial says nothing of the kernel.
 */
export async function explainRejection(error: UserError, facts: HostFacts): Promise<UserError> {
  const { bpftrace, privilege } = facts;
  // The launcher runs no trials.
  if (isByLauncher(privilege)) return error;
  const failure = await tryAttach(bpftrace, privilege, SIMPLEST);
  if (failure === undefined) return error;
  if (failure === ENDED_BY_SIGNAL || saysScarce(failure)) return tryLater(bpftrace, failure);
  const { because, hint } = whyNothingLoads(facts, failure) ?? {
    hint: `see what the kernel says of it (dmesg | tail), and what bpftrace does by hand: ${bpftrace.path} -e '${SIMPLEST} { exit(); }'`,
  };
  const sentence = `bpftrace ${bpftrace.version} can load nothing here, not even an empty program: ${failure.replace(/\.$/, '')}`;
  const message = because === undefined ? sentence : `${sentence}; ${because}`;
  return new UserError('PROGRAM_REJECTED', message, { hint, cause: error });
}

function tryLater({ version }: HostFacts['bpftrace'], failure: string): UserError {
  return new UserError(
    'TRACER_ENDED',
    `bpftrace ${version} could not load an empty program: ${failure}`,
    {
      hint: 'try again; see whether something kills it, or whether this machine is out of memory: dmesg | tail',
    },
  );
}
