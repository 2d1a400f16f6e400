import { PERF_RB_PAGES } from '../host/environment.ts';
import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { Plan } from './plan.ts';

/** What a table holds where nobody tells bpftrace otherwise, before 0.20. */
const DEFAULT_KEYS = 4_096;

/** Settings of bpftrace that stand in the program, and what there is to say about them. */
export interface ConfigPlan {
  readonly config: Plan['config'];
  readonly notes: readonly string[];
}

/**
 * Where sudo drops our variables, the program sets what they would. bpftrace before 0.20 has no words for it: its tables then
 * have its own size, which the plan says.
 */
export function planConfig(
  { privilege, bpftrace }: HostFacts,
  { pidTableSize }: Settings,
  keying: Plan['keying'],
): ConfigPlan {
  if (privilege !== 'bare-sudo') return { config: {}, notes: [] };
  if (isAtLeast(bpftrace, 0, 20)) {
    const keys = keying === null ? {} : { max_map_keys: pidTableSize };
    // Before 0.23 they are no more than that anyway.
    const pages = isAtLeast(bpftrace, 0, 23) ? { perf_rb_pages: PERF_RB_PAGES } : {};
    return { config: { ...keys, ...pages }, notes: [] };
  }
  return {
    config: {},
    notes:
      keying === null || pidTableSize === DEFAULT_KEYS
        ? []
        : [
            `tables hold ${DEFAULT_KEYS} keys, not the ${pidTableSize} of pid table size: sudo hands on no variables, and bpftrace ${bpftrace.version} is told in no other way; as root they hold what was asked for`,
          ],
  };
}
