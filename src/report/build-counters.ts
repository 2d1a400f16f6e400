import { type Counters, countErrors } from '../counters/counters.ts';
import { errnoName } from '../counters/errno.ts';
import type { Report } from './report.ts';

/** Counters as they are reported, the same for every scope; errors by name, those that did not happen left out. */
export function buildCountersReport(counters: Counters): Report['system'] {
  const { errors, filtered: _, ...scalars } = counters;
  const total = countErrors(counters);
  if (errors === null || total === null) return { ...scalars, errors: null };
  const seen = Object.entries(errors).filter(([, count]) => count > 0);
  return {
    ...scalars,
    errors: {
      total,
      by_errno: Object.fromEntries(seen.map(([errno, count]) => [errnoName(Number(errno)), count])),
    },
  };
}
