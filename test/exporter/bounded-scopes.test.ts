import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCounters, type Counters } from '../../src/counters/counters.ts';
import { BoundedScopes } from '../../src/exporter/bounded-scopes.ts';
import { buildCounts } from '../netdata/snapshots.ts';

/** Scopes that come, count, and go, step by step. */
const anySteps = fc.array(
  fc.record({
    counted: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(9)),
    gone: fc.subarray(['a', 'b', 'c', 'd', 'e']),
  }),
  { maxLength: 12 },
);

test('what has series and all others add up to all, and no counter falls', () => {
  fc.assert(
    fc.property(anySteps, fc.nat(4), (steps, most) => {
      const bounded = new BoundedScopes(most);
      const live = new Map<string, Counters>();
      let total = buildCounts();
      let retired = 0;
      let before = { shown: new Map<string, number>(), rest: 0 };
      for (const { counted, gone } of steps) {
        for (const [key, exec] of Object.entries(counted)) {
          live.set(key, addCounters(live.get(key) ?? buildCounts(), buildCounts({ exec })));
          total = addCounters(total, buildCounts({ exec }));
        }
        const scopes = [...live].map(([key, counters]) => ({ key, counters }));
        const { shown, rest } = bounded.take(scopes, total);
        const now = new Map(shown.map(({ key, counters }) => [key, counters.exec ?? 0]));
        for (const [key, exec] of before.shown) if ((now.get(key) ?? -1) < exec) retired += exec;
        expect(shown.length).toBeLessThanOrEqual(most);
        const sum = [...now.values()].reduce((all, exec) => all + exec, 0);
        expect(sum + retired + (rest.exec ?? 0)).toBe(total.exec);
        expect(rest.exec).toBeGreaterThanOrEqual(before.rest);
        before = { shown: now, rest: rest.exec ?? 0 };
        for (const key of gone) live.delete(key);
        // Whoever comes back was seen to be gone.
        const { shown: left } = bounded.take(
          [...live].map(([key, counters]) => ({ key, counters })),
          total,
        );
        for (const [key, exec] of before.shown) {
          if (!left.some((scope) => scope.key === key)) retired += exec;
        }
        before.shown = new Map(left.map(({ key, counters }) => [key, counters.exec ?? 0]));
      }
    }),
  );
});
