import { expect, test } from 'vitest';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { renderProgram } from '../../src/program/render.ts';
import { anyFacts } from '../arbitraries.ts';
import { buildFacts, buildSettings } from '../builders.ts';
import { fc } from '../property.ts';

const SETTINGS = buildSettings('return', { apps: true, cgroups: true });

test('where a user is asked for, each keyed event tells whether it is of that user', () => {
  fc.assert(
    fc.property(anyFacts, fc.boolean(), (facts, hasCommand) => {
      const plan = buildPlan(facts, SETTINGS, hasCommand, true);
      const blocks = renderProgram(plan).text.split(/^}$/m);
      for (const block of blocks.filter((text) => text.includes('@keys_a['))) {
        expect(block).toMatch(/if \(\(uint64\)uid == \(uint64\)\$5\)/);
      }
    }),
  );
});

test('that is so of each attached program', () => {
  const { text } = renderProgram(buildPlan(buildFacts(), SETTINGS, false, true));
  expect(text.match(/uid == /g)).toHaveLength(5);
});

test('otherwise no user is read', () => {
  fc.assert(
    fc.property(anyFacts, fc.boolean(), (facts, hasCommand) => {
      expect(renderProgram(buildPlan(facts, SETTINGS, hasCommand)).text).not.toMatch(/\buid\b|\$5/);
    }),
  );
});
