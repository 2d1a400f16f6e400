import { expect, test } from 'vitest';
import { narrowEvidence } from '../../../src/diagnosis/failed-forks/narrow-evidence.ts';
import { buildEvidence } from '../../report/observation.ts';
import { buildCaller, buildHit } from './callers.ts';

test('the limits of cgroups in which no caller is are not theirs', () => {
  const hit = (directory: string) => buildHit(1, 1, { directory });
  const evidence = buildEvidence({
    callers: [buildCaller({ directory: '/cg/a/b' }), buildCaller({ directory: null })],
    pids: [hit('/cg/a'), hit('/cg/a/b'), hit('/cg/a/bc'), hit('/cg/x')],
  });
  expect(narrowEvidence(evidence).pids.map(({ directory }) => directory)).toEqual([
    '/cg/a',
    '/cg/a/b',
  ]);
});
