import type { HostSurvey } from '../host/read-host-facts.ts';
import type { Check } from './check.ts';
import { checkCgroups } from './kernel/cgroups.ts';
import { checkFunctionTracing } from './kernel/functions.ts';
import { checkLockdown } from './kernel/lockdown.ts';
import { checkOptions } from './kernel/options.ts';
import { checkRelease } from './kernel/release.ts';
import { checkTypes } from './kernel/types.ts';

/**
 * What the kernel is, what it was built with, and what it allows.
 *
 * @param fromBpftool - Options that bpftool found.
 */
export function checkKernel(
  survey: HostSurvey,
  fromBpftool?: ReadonlyMap<string, string>,
): Check[] {
  return [
    checkRelease(survey),
    ...checkOptions(survey, fromBpftool),
    checkLockdown(survey),
    checkTypes(survey),
    ...checkFunctionTracing(survey),
    checkCgroups(survey),
  ];
}
