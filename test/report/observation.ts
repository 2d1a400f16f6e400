import type { RefusalEvidence } from '../../src/diagnosis/refusals/refusal-watch.ts';
import type { CommandObservation, Observation } from '../../src/report/build-report.ts';
import { buildFacts, buildPlanFor, buildTotals, NO_LOSS } from '../builders.ts';

/** A quiet watch of ten seconds, and what is different about it. */
export function buildObservation(different: Partial<Observation> = {}): Observation {
  const close = different.close ?? buildTotals({}, { kernelNs: 1010e9 });
  return {
    facts: buildFacts(),
    plan: buildPlanFor(),
    open: buildTotals({}, { kernelNs: 1000e9 }),
    close,
    settled: close,
    lossAtOpen: NO_LOSS,
    lossAtClose: NO_LOSS,
    openedAtMs: Date.UTC(2026, 10, 22, 12, 0, 0, 250),
    interrupted: false,
    unreleased: null,
    unseenReleases: null,
    notices: [],
    wants: { apps: false, cgroups: false },
    attributor: undefined,
    refusals: buildEvidence(),
    blame: { storm: undefined, pathOf: () => undefined, unreaping: [] },
    command: undefined,
    ...different,
  };
}

/** Of a machine on which nothing comes near a limit, and what is different about it. */
export function buildEvidence(different: Partial<RefusalEvidence> = {}): RefusalEvidence {
  return {
    pids: [],
    callers: [],
    machine: {
      threadsMax: { limit: 100_000, used: 100 },
      pidMax: { limit: 32_768, used: 100 },
      commit: undefined,
    },
    ...different,
  };
}

/** A command that succeeded at once, whose events could not be told apart, and what is different about it. */
export function buildCommandObservation(
  different: Partial<CommandObservation> = {},
): CommandObservation {
  return {
    argv: ['true'],
    exitCode: 0,
    seconds: 1,
    scope: undefined,
    hasCgroup: false,
    ...different,
  };
}
