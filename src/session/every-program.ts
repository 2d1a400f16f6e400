import { toLauncherProgram } from '../bpftrace/launcher-request.ts';
import type { HostFacts } from '../host/facts.ts';
import { buildPlan } from '../plan/build-plan.ts';
import { type Family, isAttached, type Plan } from '../plan/plan.ts';
import { renderProgram } from '../program/render.ts';
import { completeSettings, type Settings } from '../settings/settings.ts';

/**
 * Every program that a client of the launcher can ask for on a machine: for all settings that change a program, in both
 * kinds of pid namespace, and with all that can fail while it attaches.
 *
 * @returns Texts as the launcher takes them, none of them twice.
 */
export function renderEveryProgram(facts: HostFacts): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const settings of listSettings()) {
    for (const pid of ['first', 'nested'] as const) {
      const namespaces = { ...facts.namespaces, pid };
      const place: HostFacts = { ...facts, namespaces, privilege: 'socket' };
      for (const plan of planWithFailures(place, settings)) {
        if (!plan.events.some(isAttached)) continue;
        const { text, attachPoints } = renderProgram(plan);
        const { bpftrace } = facts;
        texts.add(toLauncherProgram({ bpftrace, attachPoints, programText: text }));
      }
    }
  }
  return texts;
}

/** Values of the settings that a program depends on, those together that say something together only. */
const CHOICES: readonly (readonly Partial<Settings>[])[] = [
  [{ loadMode: 'entry' }, { loadMode: 'return' }],
  [{}, { apps: true }, { cgroups: true }, { apps: true, cgroups: true }],
  [
    { typeFormat: 'auto' },
    { typeFormat: 'legacy' },
    { typeFormat: 'co-re', coReTracing: 'trampoline' },
    { typeFormat: 'co-re', coReTracing: 'probe' },
  ],
  [{ mapsPerCore: true }, { mapsPerCore: false }],
];

function listSettings(): Settings[] {
  let all: Partial<Settings>[] = [{}];
  for (const some of CHOICES) {
    all = all.flatMap((settings) => some.map((choice) => ({ ...settings, ...choice })));
  }
  return all.map((settings) => completeSettings(settings));
}

const FAMILIES: ReadonlySet<string> = new Set<Family>(['rawtracepoint', 'fentry', 'kprobe']);

/**
 * The plan of a machine, and each that `startSession` tries when something of the one before it fails: a candidate whose
 * self-test event is not counted, or a family of attach types.
 */
function planWithFailures(facts: HostFacts, settings: Settings): Plan[] {
  const plans: Plan[] = [];
  const waiting: (readonly string[])[] = [[]];
  const tried = new Set<string>();
  const seen = new Set<string>();
  for (let failed = waiting.pop(); failed !== undefined; failed = waiting.pop()) {
    const failedKey = [...new Set(failed)].sort().join();
    if (tried.has(failedKey)) continue;
    tried.add(failedKey);
    const failures = new Map(failed.map((what) => [what, 'it may fail']));
    const plan = buildPlan({ ...facts, failures }, settings);
    const attached = plan.events.filter(isAttached);
    // What is tried next depends on what is attached, and on the families that are left.
    const families = failed.filter((what) => FAMILIES.has(what)).sort();
    const key = [...attached.map(({ candidate }) => candidate), ...families].join();
    if (seen.has(key)) continue;
    seen.add(key);
    plans.push(plan);
    for (const { candidate, family } of attached.filter((event) => event.family !== 'tracepoint')) {
      waiting.push([...failed, candidate], [...failed, family]);
    }
  }
  return plans;
}
