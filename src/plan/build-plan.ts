import type { HostFacts } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import { planKeying } from './keying.ts';
import type { Hook, HookPlan, Plan, Refusal } from './plan.ts';
import { isTracepoint, ROWS, type Row, tracepointName } from './rows.ts';

const HOOKS: readonly Hook[] = ['create', 'exec', 'exit', 'release', 'error'];

/** Choose one attachment for each hook, and say what was refused before it. */
export function buildPlan(facts: HostFacts, settings: Settings): Plan {
  const hooks = HOOKS.map((hook) => planHook(hook, facts, settings));
  return { hooks, ...planKeying(hooks, facts, settings) };
}

function planHook(hook: Hook, facts: HostFacts, settings: Settings): HookPlan {
  const refused: Refusal[] = [];
  for (const row of ROWS.filter((candidate) => candidate.hook === hook)) {
    if (row.isFor?.(settings) === false) continue;
    const reason = row.refusal(facts, settings);
    if (reason === undefined) return attach(row, facts, refused);
    refused.push({ probe: row.probe, reason });
  }
  const reason = [...new Set(refused.map((refusal) => refusal.reason))].join('; ');
  return { hook, attachment: null, quality: 'absent', reason, refused };
}

function attach(row: Row, facts: HostFacts, refused: readonly Refusal[]): HookPlan {
  const doubt = row.doubt(facts);
  return {
    hook: row.hook,
    attachment: row.attachment,
    probe: row.probe,
    attachPoints: row.attachPoints.filter(
      (point) => !isTracepoint(point) || facts.tracepoints.has(tracepointName(point)),
    ),
    maps: row.maps,
    quality: doubt === undefined ? 'exact' : 'approximate',
    reason: doubt === undefined ? row.because : `${row.because}; ${doubt}`,
    refused,
  };
}
