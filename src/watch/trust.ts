import { isBalanced } from '../counters/balance.ts';
import { EVENT_NAMES } from '../report/event-names.ts';
import { listLosses } from '../report/losses.ts';
import type { Report } from '../report/report.ts';
import { type Line, line } from './line.ts';

/** Whether what the screen shows is all that happened, in one line. */
export function renderTrust({ plan, audit, loss, balance }: Report): Line[] {
  const losses = listLosses(loss);
  const doubts = plan.events
    .filter(({ quality }) => quality !== 'exact')
    .map(({ event, quality }) => `${EVENT_NAMES[event]} ${quality}`);
  const all = [...losses, ...doubts];
  if (all.length > 0) return [line(all.join('; '), losses.length > 0 ? 'yellow' : 'dim')];
  const isWhole = (audit.completeness ?? 100) === 100 && isBalanced(balance) !== false;
  return isWhole ? [line('counted exactly', 'dim')] : [];
}
