import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { isAttached } from '../../src/plan/plan.ts';
import { anyFacts, anyPlan } from '../arbitraries.ts';
import { buildSettings } from '../builders.ts';

test('nothing is attached that the machine lacks', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { hooks } = buildPlan(facts, buildSettings('return'));
      for (const { attachPoints } of hooks.filter(isAttached)) {
        expect(attachPoints).not.toEqual([]);
        for (const point of attachPoints) {
          expect([...facts.tracepoints.keys()]).toContain(point.replace('tracepoint:', ''));
        }
      }
    }),
  );
});

test('every hook is planned, and what is not exact has its reason', () => {
  fc.assert(
    fc.property(anyPlan, ({ hooks }) => {
      expect(hooks.map(({ hook }) => hook)).toEqual(['create', 'exec', 'exit', 'release', 'error']);
      for (const { reason, refused } of hooks) {
        expect(reason).not.toBe('');
        for (const refusal of refused) expect(refusal.reason).not.toBe('');
      }
    }),
  );
});

test('an absent hook says all that was tried', () => {
  fc.assert(
    fc.property(anyPlan, ({ hooks }) => {
      for (const { reason, refused } of hooks.filter((hook) => !isAttached(hook))) {
        expect(refused).not.toEqual([]);
        for (const refusal of refused) expect(reason).toContain(refusal.reason);
      }
    }),
  );
});

test('no two hooks fill the same map', () => {
  fc.assert(
    fc.property(anyPlan, ({ hooks }) => {
      const maps = hooks.filter(isAttached).flatMap((hook) => hook.maps);
      expect(maps).toEqual([...new Set(maps)]);
    }),
  );
});

test('an exit that must be corrected by execs comes with the exec that corrects it', () => {
  fc.assert(
    fc.property(anyPlan, ({ hooks }) => {
      const maps = hooks.filter(isAttached).flatMap((hook) => hook.maps);
      if (maps.includes('leader_exited')) expect(maps).toContain('thread_exec');
    }),
  );
});
