import { findFirstError } from './bpftrace-words.ts';
import { INCLUDE_DIRECTORY } from './environment.ts';
import type { BpftraceFacts, Privilege } from './facts.ts';
import { runAsRoot } from './privilege.ts';

/** A trial takes 0.3-0.5 s, and 4 s in an emulated machine. */
const TRIAL_TIMEOUT_MS = 15_000;

/** What `tryAttach` says of a bpftrace that was killed, took too long or did not start. */
export const ENDED_BY_SIGNAL = 'bpftrace was ended by a signal';

/**
 * Attach an empty program, and detach it at once.
 *
 * @param attachPoint - As this bpftrace spells it.
 * @returns Why it failed, in bpftrace's own words; `undefined` where it attached.
 */
export async function tryAttach(
  bpftrace: BpftraceFacts,
  privilege: Privilege,
  attachPoint: string,
): Promise<string | undefined> {
  // Up to 0.23 BEGIN runs before the rest is attached, so an interval ends the program.
  const text = `${attachPoint} { @trial = 1; } interval:ms:10 { printf("attached\\n"); exit(); }`;
  const words = [bpftrace.path, '-I', INCLUDE_DIRECTORY, '-e', text];
  const { stdout, stderr, exitCode } = await runAsRoot(privilege, words, TRIAL_TIMEOUT_MS);
  if (exitCode === 0 && /^attached$/m.test(stdout)) return undefined;
  return (
    findFirstError(stderr) ?? (exitCode === undefined ? ENDED_BY_SIGNAL : `exit code ${exitCode}`)
  );
}
