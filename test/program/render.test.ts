import { describe, expect, test } from 'vitest';
import { type HostFacts, isAtLeast } from '../../src/host/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { CANDIDATES } from '../../src/plan/candidates.ts';
import { isAttached } from '../../src/plan/plan.ts';
import { renderProgram } from '../../src/program/render.ts';
import { anyFacts, anyPlan } from '../arbitraries.ts';
import { buildPlanFor, buildSettings, NO_PLAN, TRACEPOINTS_6_15 } from '../builders.ts';
import { readMachine } from '../machines.ts';
import { fc } from '../property.ts';

describe('the text of the program', () => {
  test.each<[string, HostFacts | Partial<HostFacts>, 'entry' | 'return']>([
    ['entry', {}, 'entry'],
    ['return', {}, 'return'],
    ['functions', readMachine('debian-12'), 'return'],
    ['before-6.16', { tracepoints: TRACEPOINTS_6_15 }, 'entry'],
    ['before-6.16-without-btf', { tracepoints: TRACEPOINTS_6_15, btf: 'absent' }, 'entry'],
  ])('is that of texts/%s.bt', async (name, facts, loadMode) => {
    const { text } = renderProgram(buildPlanFor(facts, loadMode));
    await expect(text).toMatchFileSnapshot(`texts/${name}.bt`);
  });
});

const anyKeyedPlan = anyFacts.map((facts) =>
  buildPlan(facts, buildSettings('return', { apps: true, cgroups: true })),
);

test('attach points and printed maps are told in the order of the text', () => {
  fc.assert(
    fc.property(fc.oneof(anyPlan, anyKeyedPlan), (plan) => {
      const { text, attachPoints, layout } = renderProgram(plan);
      const points = [...text.matchAll(/^(\w+):(\S+?)(?:,| \{)$/gm)].map(
        ([, type = '', name = '']) =>
          // Of the dump's block only that it is an interval matters.
          // And the plan's own words stand for those that this bpftrace knows.
          type === 'interval'
            ? type
            : `${type.replace('kretfunc', 'fexit').replace('kfunc', 'fentry')}:${name}`,
      );
      expect(attachPoints).toEqual(points);
      expect([...layout.keys()]).toEqual(
        [...text.matchAll(/^ +print\(@(\w+)\);$/gm)].map(([, map]) => map),
      );
    }),
  );
});

test('the name of a map fits into what the kernel keeps of it, and is no other’s', () => {
  fc.assert(
    fc.property(anyKeyedPlan, (plan) => {
      const { text } = renderProgram(plan);
      const names = new Set([...text.matchAll(/@(\w+)/g)].map(([, name = '']) => name));
      for (const name of names) expect(`AT_${name}`.length).toBeLessThan(16);
    }),
  );
});

test('the program reads nothing that the machine lacks', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { text } = renderProgram(buildPlan(facts, buildSettings('return')));
      const hasArgs = facts.btf === 'readable' || !isAtLeast(facts.bpftrace, 0, 25);
      for (const [, points = '', body = ''] of text.matchAll(
        /^((?:tracepoint:\S+,\n)*tracepoint:\S+) \{\n(.*?)^\}$/gms,
      )) {
        for (const point of points.split(',\n').map((point) => point.slice('tracepoint:'.length))) {
          const fields = hasArgs ? facts.tracepoints.get(point) : undefined;
          for (const [, field] of body.matchAll(/args->(\w+)/g)) {
            expect(fields ?? [], `${point} on bpftrace ${facts.bpftrace.version}`).toContain(field);
          }
        }
      }
    }),
  );
});

test('a map is filled by the block that it belongs to, and printed', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const { text, layout } = renderProgram(plan);
      const filled = [...text.matchAll(/@([a-z]\w*)(?:\[[^\]]*\])? = count\(\);/g)];
      expect(new Set(filled.map(([, map]) => map))).toEqual(new Set(layout.keys()));
      expect(new Set([...layout.values()].map(({ name }) => name))).toEqual(
        new Set(plan.events.filter(isAttached).flatMap(({ maps }) => maps)),
      );
    }),
  );
});

test('a plan that attaches nothing is a program of the dump alone', () => {
  const { text, layout, attachPoints } = renderProgram(NO_PLAN);
  expect(layout.size).toBe(0);
  expect(attachPoints).toEqual(['interval']);
  expect(text).not.toContain('print(@');
});

test('there is an emitter for every candidate, and it says what it does', () => {
  for (const { event, attachType, family, name, maps } of CANDIDATES) {
    const attached = {
      ...{ event, attachType, family, candidate: name, maps },
      attachPoints: [`${attachType}:somewhere`],
      quality: 'exact',
      reason: '',
      rejected: [],
    } as const;
    const { text } = renderProgram({ ...buildPlanFor(), events: [attached] });
    expect(text).toMatch(new RegExp(`^// ${name}(: .+)?$`, 'm'));
  }
});

test('an event that no emitter writes is the mistake of who planned it', () => {
  const events = buildPlanFor().events.map((event) => ({ ...event, candidate: 'exec.unknown' }));
  expect(() => renderProgram({ ...buildPlanFor(), events })).toThrow(
    new Error('no emitter writes exec.unknown'),
  );
});

test('four system calls have one body', () => {
  const { text } = renderProgram(buildPlanFor());
  expect(text.match(/sys_exit_/g)).toHaveLength(4);
  expect(text.match(/args->ret/g)).toHaveLength(1);
});
