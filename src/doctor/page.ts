import { renderPlan } from '../report/page.ts';
import { renderTable, type Style } from '../report/page-table.ts';
import type { Check } from './check.ts';
import type { Diagnosis } from './diagnosis.ts';

const COLOURS = { ok: 'dim', warning: 'yellow', error: 'red' } as const;

/** The diagnosis as one page: each check with its source and remedy, the plan, and the verdict. */
export function renderDiagnosis({ checks, plan, can_run }: Diagnosis, style: Style): string {
  const rows = checks.flatMap((check) => renderCheck(check, style));
  const verdict = can_run
    ? style('bold', 'The diagnostic can run here: ebpf-processes --once')
    : style('red', 'Nothing can be counted here.');
  return [
    renderTable(['', 'check', 'finding'], rows, style),
    ...(plan === null ? [] : [renderPlan(plan, style)]),
    verdict,
  ].join('\n\n');
}

function renderCheck({ state, name, finding, checked, remedy }: Check, style: Style): string[][] {
  return [
    [style(COLOURS[state], state), name, finding],
    ['', '', style('dim', `checked: ${checked}`)],
    ...(remedy === null ? [] : [['', '', style('bold', `remedy: ${remedy}`)]]),
  ];
}
