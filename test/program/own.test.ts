import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../src/host/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { isAttached } from '../../src/plan/plan.ts';
import { renderProgram } from '../../src/program/render.ts';
import { anyFacts } from '../arbitraries.ts';
import { buildBpftrace, buildFacts, buildSettings, FIRST_NAMESPACES } from '../builders.ts';
import { fc } from '../property.ts';

const SETTINGS = buildSettings('return', { apps: true, cgroups: true });

const planFor = (facts: HostFacts) => buildPlan(facts, SETTINGS, true);

describe('the text of a program that watches a command', () => {
  test.each<[string, Partial<HostFacts>]>([
    ['command', {}],
    [
      'command-in-container',
      { namespaces: { ...FIRST_NAMESPACES, pid: 'nested' }, bpftrace: buildBpftrace('0.27.1') },
    ],
    ['command-of-0.11', { bpftrace: buildBpftrace('0.11.3'), btf: 'unreadable' }],
    ['command-by-id', { bpftrace: buildBpftrace('0.17.0'), btf: 'absent' }],
  ])('is that of texts/%s.bt', async (name, facts) => {
    const { text } = renderProgram(planFor(buildFacts(facts)));
    await expect(text).toMatchFileSnapshot(`texts/${name}.bt`);
  });
});

test('without a command nothing is marked, and no parameter of one is read', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { text, layout } = renderProgram(buildPlan(facts, SETTINGS));
      expect(text).not.toMatch(/@mine|\$own|\$[34]/);
      expect([...layout.keys()].filter((name) => name.startsWith('own'))).toEqual([]);
    }),
  );
});

test('with a command each keyed count has one of the command’s beside it', () => {
  fc.assert(
    fc.property(
      anyFacts.map(planFor).filter(({ keying }) => keying !== null),
      (plan) => {
        const { text } = renderProgram(plan);
        const keyed = text.match(/@keys_[ab]\[/g)?.length ?? 0;
        const own = text.match(/@own_[ab]\[(?!\(uint64\)255)/g)?.length ?? 0;
        expect(own).toBe(keyed);
      },
    ),
  );
});

test('by descent a mark is set where tasks are created, and taken off where processes end', () => {
  fc.assert(
    fc.property(anyFacts.map(planFor), (plan) => {
      const { text } = renderProgram(plan);
      const has = (event: string) =>
        plan.hasCommand &&
        plan.events.filter(isAttached).some((attached) => attached.event === event);
      expect(/@mine\[\$child\] = /.test(text)).toBe(has('create'));
      expect(/delete\(@mine\[/.test(text)).toBe(has('exit'));
    }),
  );
});
