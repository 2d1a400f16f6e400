import { EVENT_NAMES } from '../event-names.ts';
import type { Findable, Finding } from './finding.ts';

/** Without these nothing can be said of the machine; failed forks may be left out by wish. */
const NEEDED = ['create', 'exec', 'exit'];

/** What stands on this page is not all that happened. */
export function findIncomplete(report: Findable): Finding[] {
  return [...findAbsent(report), ...findMissing(report)];
}

function findAbsent({ plan }: Findable): Finding[] {
  const absent = plan.events.filter(
    ({ event, quality }) => quality === 'absent' && NEEDED.includes(event),
  );
  const reasons = [...new Set(absent.map(({ reason }) => reason))];
  if (absent.length === 0) return [];
  return [
    {
      finding: 'incomplete',
      severity: 'warning',
      sentence: `not counted: ${absent.map(({ event }) => EVENT_NAMES[event]).join(', ')}`,
      evidence: reasons,
      next: 'ebpf-processes doctor',
    },
  ];
}

function findMissing({ audit }: Findable): Finding[] {
  const { completeness } = audit;
  if (completeness === null || completeness === 100) return [];
  return [
    {
      finding: 'incomplete',
      severity: 'warning',
      sentence: `only ${completeness.toFixed(3)} % of the created tasks were counted`,
      evidence: ['the kernel created more than the probes saw'],
      next: 'ebpf-processes doctor',
    },
  ];
}
