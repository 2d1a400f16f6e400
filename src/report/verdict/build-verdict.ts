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

/** Everything that is wrong in a window, the worst first; nothing where nothing is unusual. */
export function buildVerdict(report: Findable): Finding[] {
  return FINDERS.flatMap((find) => find(report));
}
