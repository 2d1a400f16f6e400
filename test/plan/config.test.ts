import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { renderProgram } from '../../src/program/render.ts';
import { buildBpftrace, buildFacts, buildSettings } from '../builders.ts';

const SETTINGS = buildSettings('entry', { apps: true, pidTableSize: 65_536 });

function planWith(version: string, privilege: 'root' | 'sudo' | 'bare-sudo', settings = SETTINGS) {
  return buildPlan(buildFacts({ bpftrace: buildBpftrace(version), privilege }), settings);
}

describe('behind a sudo that drops all variables', () => {
  test.each(['0.23.2', '0.27.1'])('the program of bpftrace %s sets what they would', (version) => {
    const plan = planWith(version, 'bare-sudo');
    expect(plan.config).toEqual({ max_map_keys: 65_536, perf_rb_pages: 64 });
    expect(renderProgram(plan).text).toMatch(
      /^config = \{\n {2}max_map_keys = 65536;\n {2}perf_rb_pages = 64;\n\}\n\n\/\/ /,
    );
    expect(plan.notes).toEqual(planWith(version, 'root').notes);
  });

  test.each(['0.11.3', '0.17.0', '0.19.1'])(
    'bpftrace %s cannot be told, and the plan says so',
    (version) => {
      const plan = planWith(version, 'bare-sudo');
      expect(plan.config).toEqual({});
      expect(plan.notes.join()).toContain(
        `tables hold 4096 keys, not the 65536 of pid table size: sudo hands on no variables, and bpftrace ${version} is told in no other way`,
      );
    },
  );

  test('nothing is to be said of a size that is the same, or of no tables', () => {
    const same = buildSettings('entry', { apps: true, pidTableSize: 4_096 });
    expect(planWith('0.17.0', 'bare-sudo', same).notes.join()).not.toContain('pid table size');
    expect(planWith('0.17.0', 'bare-sudo', buildSettings('entry')).notes.join()).not.toContain(
      'pid table size',
    );
  });
});

test.each(['root', 'sudo'] as const)('as %s the environment says it', (privilege) => {
  for (const version of ['0.17.0', '0.23.2']) {
    const plan = planWith(version, privilege);
    expect(plan.config).toEqual({});
    expect(plan.notes.join()).not.toContain('pid table size');
  }
});
