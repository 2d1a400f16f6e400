import { buildDiagnosis, type Trial, type Trials } from '../../doctor/diagnosis.ts';
import type { Giveaways } from '../../doctor/giveaway-checks.ts';
import { renderDiagnosis } from '../../doctor/page.ts';
import { readBpfFeatures } from '../../host/bpf-features.ts';
import { isByLauncher } from '../../host/facts.ts';
import { readFileRisks } from '../../host/file-risks.ts';
import { readLauncherState } from '../../host/launcher.ts';
import { type HostSurvey, readHostSurvey, requireFacts } from '../../host/read-host-facts.ts';
import { readSudoRules } from '../../host/sudo-rules.ts';
import { tryAttach } from '../../host/trial.ts';
import { buildPlan, spellFentry } from '../../plan/build-plan.ts';
import type { Family, Plan } from '../../plan/plan.ts';
import { PAGE_COLUMNS } from '../../report/wrap.ts';
import { readShmDistrust } from '../../scopes/cgroups/netdata-shm.ts';
import { listShmOwners } from '../../scopes/cgroups/shm-owners.ts';
import { askHost } from '../../session/compile.ts';
import type { Settings } from '../../settings/settings.ts';
import { type Configured, printWarnings, requireSettings } from '../configure.ts';
import { writeAll } from '../output-stream.ts';
import { styleFor } from '../style-for.ts';

/**
 * Examine this machine and print every precondition with its state.
 *
 * @returns The exit code: 0 where the diagnostic can run, 1 where it cannot.
 */
export async function runDoctor(
  configured: Configured,
  { format, isVerbose }: { readonly format: 'table' | 'json'; readonly isVerbose: boolean },
  io: NodeJS.Process,
): Promise<number> {
  const settings = requireSettings(configured);
  printWarnings(configured, io.stderr);
  const questions = askHost(settings, io.geteuid?.() ?? 0, configured.directories, [
    'launcher',
    'sudo',
  ]);
  const survey = await readHostSurvey(questions);
  const trials = await runTrials(survey);
  const diagnosis = buildDiagnosis({
    survey,
    tracepoints: questions.tracepoints,
    giveaways: await readGiveaways(survey, questions.effectiveUid),
    launcher: survey.bpftrace.ok
      ? readLauncherState(survey.kernel, survey.bpftrace.value)
      : undefined,
    distrust: readShmDistrust('', listShmOwners('', configured.directories)),
    trials,
    features: await askFeatures(survey),
    plan: planFor(survey, trials, settings),
    wantsErrors: settings.loadMode === 'return',
  });
  const text =
    format === 'json'
      ? JSON.stringify(diagnosis, null, 2)
      : renderDiagnosis(diagnosis, styleFor(io.stdout), {
          isVerbose,
          // A terminal that does not know its size says 0.
          columns: io.stdout.columns || PAGE_COLUMNS,
        });
  await writeAll(io.stdout, `${text}\n`);
  return diagnosis.can_run ? 0 : 1;
}

/** bpftool tries what it tells, and needs root for it. */
async function askFeatures({ bpftool, privilege }: HostSurvey) {
  const isRoot = privilege.ok && privilege.value === 'root';
  return bpftool === undefined || !isRoot ? undefined : await readBpfFeatures(bpftool);
}

async function readGiveaways({ bpftrace }: HostSurvey, effectiveUid: number): Promise<Giveaways> {
  const path = bpftrace.ok ? bpftrace.value.path : '/usr/bin/bpftrace';
  return { sudo: await readSudoRules(effectiveUid, path), file: await readFileRisks(path) };
}

/** @returns `undefined` where a fact that a plan needs is not known. */
function planFor(survey: HostSurvey, trials: Trials, settings: Settings): Plan | undefined {
  const { bpftrace, privilege, tracepoints } = survey;
  if (!bpftrace.ok || !privilege.ok || !tracepoints.ok) return undefined;
  const failures = [...trials].flatMap(([family, { failure }]) =>
    failure === undefined || family === 'tracepoint' ? [] : [[family, failure] as const],
  );
  return buildPlan({ ...requireFacts(survey), failures: new Map(failures) }, settings);
}

/**
 * With kernel.ftrace_enabled = 0 a kprobe attaches. When the switch is set to 1 again, Linux 6.12 then disables all tracing
 * of functions until the next boot.
 */
const FTRACE_OFF =
  'with kernel.ftrace_enabled = 0 that can break the tracing of functions until the next boot';

/** Attach an empty program by each attach type: the version of bpftrace alone does not tell what works here. */
async function runTrials({ bpftrace, privilege, ftrace }: HostSurvey): Promise<Trials> {
  // The launcher runs no trials.
  if (!bpftrace.ok || !privilege.ok || isByLauncher(privilege.value)) return new Map();
  const points: [Family, string][] = [
    ['tracepoint', 'tracepoint:sched:sched_process_exec'],
    ['rawtracepoint', 'rawtracepoint:sched_process_exit'],
    ['fentry', `${spellFentry(bpftrace.value).fentry}:release_task`],
    ['kprobe', 'kprobe:release_task'],
  ];
  const trials = new Map<Family, Trial>();
  for (const [family, attachPoint] of points) {
    const isFunction = family === 'fentry' || family === 'kprobe';
    const wasTried = !(isFunction && ftrace === 'disabled');
    const failure = wasTried
      ? await tryAttach(bpftrace.value, privilege.value, attachPoint)
      : FTRACE_OFF;
    trials.set(family, { attachPoint, wasTried, failure });
  }
  return trials;
}
