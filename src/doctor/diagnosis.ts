import type { BpfFeatures } from '../host/bpf-features.ts';
import type { LauncherState } from '../host/launcher.ts';
import type { HostSurvey } from '../host/read-host-facts.ts';
import { whyNothingLoads } from '../host/why-nothing-loads.ts';
import { type Family, isAttached, type Plan } from '../plan/plan.ts';
import { buildPlanReport } from '../report/build-report.ts';
import type { Report } from '../report/report.ts';
import { type Check, error, ok, spare, warning } from './check.ts';
import { checkFeatures } from './feature-checks.ts';
import { checkGiveaways, type Giveaways } from './giveaway-checks.ts';
import { checkKernel } from './kernel-checks.ts';
import { checkLauncher } from './launcher-check.ts';
import { checkSharedNames } from './names-check.ts';
import { checkTools } from './tool-checks.ts';
import { describeVerdict } from './verdict.ts';
import { checkViews } from './view-checks.ts';

/** The result of attaching an empty program. */
export interface Trial {
  readonly attachPoint: string;
  readonly wasTried: boolean;
  /** bpftrace's words, or why it was not tried; `undefined` where it attached. */
  readonly failure: string | undefined;
}

export type Trials = ReadonlyMap<Family, Trial>;

export interface Diagnosis {
  readonly schema_version: 1;
  /** Whether the diagnostic can run: something can be counted. */
  readonly can_run: boolean;
  /** What can be counted, in one sentence without a full stop. */
  readonly verdict: string;
  /** Failed forks are to be counted. */
  readonly wants_errors: boolean;
  /** In the order in which to mend what is wrong. */
  readonly checks: readonly Check[];
  /** What would be attached; `null` where no plan can be made. */
  readonly plan: Report['plan'] | null;
}

/** Everything that was examined. */
export interface Examined {
  readonly survey: HostSurvey;
  /** The tracepoints that a plan may use. */
  readonly tracepoints: readonly string[];
  readonly giveaways: Giveaways;
  /** See `readShmDistrust`. */
  readonly distrust: string | undefined;
  readonly trials: Trials;
  /** `undefined` where there is no bpftrace that it could run. */
  readonly launcher?: LauncherState | undefined;
  /** What bpftool found out; see `checkFeatures`. */
  readonly features?: BpfFeatures | string | undefined;
  readonly plan: Plan | undefined;
  /** False in load mode entry, which does not count failed forks. */
  readonly wantsErrors: boolean;
}

/** Judge a machine. */
export function buildDiagnosis({
  survey,
  tracepoints,
  giveaways,
  launcher,
  distrust,
  trials,
  plan,
  wantsErrors,
  features,
}: Examined): Diagnosis {
  const checks = [
    ...checkTools(survey, tracepoints),
    ...(launcher !== undefined && survey.bpftrace.ok
      ? [checkLauncher(launcher, survey.kernel, survey.bpftrace.value)]
      : []),
    ...checkGiveaways(giveaways),
    ...checkKernel(survey, typeof features === 'object' ? features.options : undefined),
    ...checkFeatures(features),
    ...checkViews(survey),
    ...checkSharedNames(distrust),
    ...[...trials].map(([family, trial]) => checkTrial(family, trial, survey)),
    ...(plan === undefined ? [] : checkPlan(plan, wantsErrors)),
  ];
  return {
    schema_version: 1,
    can_run: plan?.events.some(isAttached) ?? false,
    verdict: describeVerdict(plan, checks, wantsErrors),
    wants_errors: wantsErrors,
    checks,
    plan: plan === undefined ? null : buildPlanReport(plan),
  };
}

function checkTrial(
  family: Family,
  { attachPoint, wasTried, failure }: Trial,
  survey: HostSurvey,
): Check {
  const checked = `bpftrace, with an empty program at ${attachPoint}`;
  const name = `${family} by trial`;
  if (failure === undefined) return ok(name, 'attaches', checked);
  const finding = `${wasTried ? 'does not attach' : 'not tried'}: ${failure}`;
  const obstacle = whyNothingLoads(survey, failure);
  return family === 'tracepoint'
    ? error(
        name,
        obstacle === undefined ? finding : `${finding}; ${obstacle.because}`,
        checked,
        obstacle?.hint ?? null,
      )
    : spare(warning(name, `${finding}; other attach types are used`, checked, null));
}

function checkPlan({ events, warnings }: Plan, wantsErrors: boolean): Check[] {
  const absent = events.filter(
    (event) => event.quality === 'absent' && (event.event !== 'error' || wantsErrors),
  );
  return [
    ...warnings.map((text) =>
      error('settings', text, 'the plan', 'ebpf type format = auto, or --type-format auto'),
    ),
    ...absent.map(({ event, reason }) =>
      // What is absent stands before the checks.
      spare(warning(`event ${event}`, `absent: ${reason}`, 'the plan', null)),
    ),
  ];
}
