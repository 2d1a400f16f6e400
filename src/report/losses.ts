import { EVENT_NAMES } from './event-names.ts';
import { groupDigits } from './page-table.ts';
import type { Report } from './report.ts';

type Loss = Report['loss'];

const NAMES: Readonly<Record<Exclude<keyof Loss, 'missed'>, readonly [one: string, more: string]>> =
  {
    lost_events: ['lost message of bpftrace', 'lost messages of bpftrace'],
    helper_errors: ['failed call in a BPF program', 'failed calls in BPF programs'],
    broken_lines: ['broken line of bpftrace', 'broken lines of bpftrace'],
    lost_dumps: ['lost dump', 'lost dumps'],
    restarts: ['restart of bpftrace', 'restarts of bpftrace'],
  };

/** Why what the kernel missed is not among the losses. */
export const MISSED_UNKNOWN = 'what the kernel missed cannot be read';

/** What may be missing from the counts, each in words; what is not known is none of them, see `MISSED_UNKNOWN`. */
export function listLosses({ missed, ...loss }: Loss): string[] {
  const lost = Object.entries(loss) as [keyof typeof NAMES, number][];
  const events = Object.entries(missed ?? {}) as [keyof typeof EVENT_NAMES, number][];
  return [
    ...lost
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${groupDigits(count)} ${NAMES[name][count === 1 ? 0 : 1]}`),
    ...events
      .filter(([, count]) => count > 0)
      .map(([event, count]) => `${EVENT_NAMES[event]}: ${groupDigits(count)} missed by the kernel`),
  ];
}
