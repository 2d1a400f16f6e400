import type { Counters } from '../counters/counters.ts';
import { errnoName } from '../counters/errno.ts';
import type { Report } from './report.ts';

/** Counters as they are reported, the same for every scope; errors by name, those that did not happen left out. */
export function buildCountersReport({ errors, ...scalars }: Counters): Report['system'] {
  if (errors === null) return { ...scalars, errors };
  const seen = [...errors].filter(([, count]) => count > 0);
  return {
    ...scalars,
    errors: {
      total: seen.reduce((sum, [, count]) => sum + count, 0),
      by_errno: Object.fromEntries(seen.map(([errno, count]) => [errnoName(errno), count])),
    },
  };
}
