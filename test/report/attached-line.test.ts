import { expect, test } from 'vitest';
import { describeAttached } from '../../src/report/attached-line.ts';
import { buildPlanFor } from '../builders.ts';

test('a log says what is attached and how, and what is not counted', () => {
  const wants = { apps: true, cgroups: true };
  expect(describeAttached(buildPlanFor({}, 'return', wants))).toMatch(
    /^counts create \(\w+\), exec \(\w+\), exit \(\w+\), release \(the kernel's own numbers\), error \(\w+\), apart by task$/,
  );
  expect(describeAttached(buildPlanFor({}, 'entry'))).toMatch(/numbers\), not error$/);
});
