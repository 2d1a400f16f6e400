import { findCrashLoops } from './crash-loops.ts';
import { findFailingForks } from './failing-forks.ts';
import type { Findable, Finder, Finding } from './finding.ts';
import { findIncomplete } from './incomplete.ts';
import { findNearLimits } from './near-limits.ts';
import { findForkStorm, findThreadStorm } from './storms.ts';
import { findZombies } from './zombies.ts';

/** What stops work comes first. */
const FINDERS: readonly Finder[] = [
  findFailingForks,
  findForkStorm,
  findThreadStorm,
  findCrashLoops,
  findZombies,
  findNearLimits,
  findIncomplete,
];

/**
 * Everything that is wrong in a window, the worst first; nothing where nothing is unusual.
 *
 * @param isInside - We are in a pid namespace: the ids of the kernel are those of the machine, not ours.
 */
export function buildVerdict(report: Findable, isInside = false): Finding[] {
  const findings = FINDERS.flatMap((find) => find(report));
  return isInside ? findings.map(tellWhere) : findings;
}

/** Inside, another process has the id. */
function tellWhere(finding: Finding): Finding {
  const hasId = /^kill |\/proc\/\d|--pid \d/.test(finding.next ?? '');
  if (!hasId) return finding;
  const where = 'process ids are the machine’s: the command is for outside of this container';
  return { ...finding, evidence: [where, ...finding.evidence] };
}
