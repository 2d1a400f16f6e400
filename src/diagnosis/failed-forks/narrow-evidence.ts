import type { FailedForkEvidence } from './evidence.ts';

/** The evidence of some callers: of the limits of cgroups those below which one of them is. */
export function narrowEvidence(evidence: FailedForkEvidence): FailedForkEvidence {
  const { callers, pids } = evidence;
  return {
    ...evidence,
    pids: pids.filter(({ directory }) =>
      callers.some(
        (caller) => caller.directory === directory || caller.directory?.startsWith(`${directory}/`),
      ),
    ),
  };
}
