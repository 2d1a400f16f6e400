import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HostFacts, isAtLeast } from '../../src/host/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { renderProgram } from '../../src/program/render.ts';
import { readProbeSources } from '../../src/session/compile.ts';
import { anyFacts, anyPlan } from '../arbitraries.ts';
import { buildPlanFor, buildSettings, NO_PLAN, TRACEPOINTS_6_15, without } from '../builders.ts';

const SOURCES = readProbeSources();

describe('the text of the program', () => {
  test.each<[string, Partial<HostFacts>, 'entry' | 'return']>([
    ['entry', {}, 'entry'],
    ['return', {}, 'return'],
    ['before-6.16', { tracepoints: TRACEPOINTS_6_15 }, 'entry'],
    ['before-6.16-without-btf', { tracepoints: TRACEPOINTS_6_15, btf: 'absent' }, 'entry'],
  ])('is that of texts/%s.bt', async (name, facts, loadMode) => {
    const { text } = renderProgram(buildPlanFor(facts, loadMode), SOURCES);
    await expect(text).toMatchFileSnapshot(`texts/${name}.bt`);
  });
});

test('attach points and printed maps are told in the order of the text', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const { text, attachPoints, maps } = renderProgram(plan, SOURCES);
      const blocks = [...text.matchAll(/^(\w+):(\S+) \{$/gm)].map(([, type = '', name = '']) =>
        // Of the dump's block only that it is an interval matters.
        // And the plan's own words stand for those that this bpftrace knows.
        type === 'interval'
          ? type
          : `${type.replace('kretfunc', 'fexit').replace('kfunc', 'fentry')}:${name}`,
      );
      expect(attachPoints).toEqual(blocks);
      expect(maps).toEqual([...text.matchAll(/^ +print\(@(\w+)\);$/gm)].map(([, map]) => map));
    }),
  );
});

test('the program reads nothing that the machine lacks', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { text } = renderProgram(buildPlan(facts, buildSettings('return')), SOURCES);
      const hasArgs = facts.btf === 'readable' || !isAtLeast(facts.bpftrace, 0, 25);
      for (const [, point = '', body = ''] of text.matchAll(/^tracepoint:(\S+) \{\n(.*?)^\}$/gms)) {
        const fields = hasArgs ? facts.tracepoints.get(point) : undefined;
        for (const [, field] of body.matchAll(/args->(\w+)/g)) {
          expect(fields ?? [], `${point} on bpftrace ${facts.bpftrace.version}`).toContain(field);
        }
        // The address of the running task can be had without types, its members cannot.
        if (facts.btf !== 'readable') expect(body).not.toContain('curtask->');
      }
    }),
  );
});

test('a map is filled by the block that it belongs to, and printed', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const { text, maps } = renderProgram(plan, SOURCES);
      const filled = [...text.matchAll(/@([a-z]\w*)(?:\[[^\]]*\])? = (?:count\(\)|sum\(1\));/g)];
      expect(new Set(filled.map(([, map]) => map))).toEqual(new Set(maps));
    }),
  );
});

test('a plan that attaches nothing is a program of the dump alone', () => {
  const { text, maps, attachPoints } = renderProgram(NO_PLAN, SOURCES);
  expect(maps).toEqual([]);
  expect(attachPoints).toEqual(['interval']);
  expect(text).not.toContain('print(@');
  expect(text).not.toContain('PRINT_MAPS');
});

test('comments of the probes are left out', () => {
  const { text } = renderProgram(buildPlanFor(), SOURCES);
  expect(text.split('\n').filter((line) => /^\/\/ .* /.test(line))).toEqual([]);
});

describe('a broken installation', () => {
  test('that lacks a file is no machine’s fault', () => {
    expect(() => renderProgram(buildPlanFor(), without(SOURCES, 'exec.rawtracepoint'))).toThrow(
      new Error('probes/exec.rawtracepoint.bt is missing'),
    );
  });

  test('that lacks the dump is none either', () => {
    expect(() => renderProgram(buildPlanFor(), without(SOURCES, 'dump'))).toThrow(
      new Error('probes/dump.bt is missing'),
    );
  });

  test('whose file lacks an attach point names both', () => {
    const sources = new Map([...SOURCES, ['error.tracepoint', '// nothing\n']]);
    expect(() => renderProgram(buildPlanFor(), sources)).toThrow(
      new Error('probes/error.tracepoint.bt has no tracepoint:syscalls:sys_exit_clone'),
    );
  });
});
