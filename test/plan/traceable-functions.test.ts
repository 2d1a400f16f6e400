import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CANDIDATES } from '../../src/plan/candidates.ts';

const RAW = 'rawtracepoint:';

test('bpftrace 0.27 is told of every function to which a plan with a raw tracepoint can attach', () => {
  const file = new URL('../../probes/traceable-functions', import.meta.url);
  const told = readFileSync(file, 'utf8').trim().split('\n');
  const needed = CANDIDATES.flatMap(({ functions, besides = [], tracepoints }) => [
    ...functions,
    ...besides,
    ...tracepoints
      .filter((point) => point.startsWith(RAW))
      .map((point) => point.slice(RAW.length))
      .flatMap((name) => [`__traceiter_${name}`, `__probestub_${name}`]),
  ]);
  expect(new Set(told)).toEqual(new Set(needed));
});
