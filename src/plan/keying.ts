import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { HookPlan, Keying } from './plan.ts';
import { wantsKeys } from './rows.ts';

/** Decide how counts are kept apart by task and cgroup on this machine; `null` where they are not. */
export function buildKeying(
  hooks: readonly HookPlan[],
  facts: HostFacts,
  settings: Settings,
): Keying | null {
  const commOffset = facts.taskStruct.get('comm');
  if (!wantsKeys(settings) || commOffset === undefined) return null;
  return {
    commOffset,
    // The one that runs on the clock of nsecs; see tracer/kernel-clock.ts.
    startMember:
      isAtLeast(facts.kernel, 5, 8) && facts.taskStruct.has('start_boottime')
        ? 'start_boottime'
        : 'start_time',
    remembersEnding: hooks.some(
      ({ hook, attachment }) => hook === 'release' && attachment === 'tracepoint',
    ),
  };
}
