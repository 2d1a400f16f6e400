import { type Machine, THIS_MACHINE } from '../bpftrace/machine.ts';
import { UserError } from '../errors.ts';
import type { Helper, HostFacts } from '../host/facts.ts';
import type { HostQuestions } from '../host/read-host-facts.ts';
import { buildPlan } from '../plan/build-plan.ts';
import { FUNCTIONS, TRACEPOINTS } from '../plan/candidates.ts';
import { CGROUP_TRACEPOINTS } from '../plan/cgroup-events.ts';
import { isAttached, type Plan } from '../plan/plan.ts';
import { TASK_MEMBERS } from '../plan/task-offsets.ts';
import { whyNoBpf } from '../plan/unavailable.ts';
import { type Program, renderProgram } from '../program/render.ts';
import type { Settings } from '../settings/settings.ts';

/** What to run on this machine, and why. */
export interface Compiled {
  readonly facts: HostFacts;
  readonly settings: Settings;
  readonly plan: Plan;
  readonly program: Program;
}

/**
 * Settings and this machine → facts → plan → program.
 *
 * @param configDirectories - Where Netdata's list of rejected kernels is looked for.
 * @param hasCommand - A command is watched.
 * @param tellsUser - What one user does is to be told apart.
 * @param helpers - Whom to ask for bpftrace where we are not root.
 */
export async function compile(
  settings: Settings,
  effectiveUid: number,
  configDirectories: readonly string[],
  machine: Machine = THIS_MACHINE,
  hasCommand = false,
  tellsUser = false,
  helpers: readonly Helper[] = ['sudo'],
): Promise<Compiled> {
  const questions = askHost(settings, effectiveUid, configDirectories, helpers);
  return compileFor(await machine.readFacts(questions), settings, hasCommand, tellsUser);
}

/** What a plan needs to know of this machine. */
export function askHost(
  settings: Settings,
  effectiveUid: number,
  configDirectories: readonly string[],
  helpers: readonly Helper[] = ['sudo'],
): HostQuestions {
  return {
    effectiveUid,
    helpers,
    bpftracePath: settings.bpftracePath,
    tracepoints: [...TRACEPOINTS, ...CGROUP_TRACEPOINTS],
    functions: FUNCTIONS,
    members: TASK_MEMBERS,
    configDirectories,
  };
}

/** Settings and facts → plan → program. */
export function compileFor(
  facts: HostFacts,
  settings: Settings,
  hasCommand = false,
  tellsUser = false,
): Compiled {
  const plan = buildPlan(facts, settings, hasCommand, tellsUser);
  if (!plan.events.some(isAttached)) throw nothingToAttach(plan, facts);
  return { facts, settings, plan, program: renderProgram(plan) };
}

function nothingToAttach(plan: Plan, facts: HostFacts): UserError {
  const absent = plan.events.filter(({ quality }) => quality === 'absent');
  const reasons = [...new Set(absent.map((event) => event.reason))].join('; ');
  const hint =
    whyNoBpf(facts) === undefined
      ? 'another version of bpftrace may be able to: --bpftrace FILE'
      : 'it takes another kernel, or one started in another way: ebpf-processes doctor';
  return new UserError('NOTHING_TO_ATTACH', `nothing can be counted here: ${reasons}`, { hint });
}
