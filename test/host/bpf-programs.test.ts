import { expect, test } from 'vitest';
import { parsePrograms } from '../../src/host/bpf-programs.ts';

test('the programs of bpftool, as version 7.1 lists them', () => {
  const listed = [
    {
      id: 53412,
      type: 'tracepoint',
      name: 'task_newtask',
      tag: '7a45',
      run_time_ns: 900,
      run_cnt: 3,
    },
    { id: 53413, type: 'tracing', tag: '5a15', bytes_xlated: 1456 },
  ];
  expect(parsePrograms(listed)).toEqual([
    { id: 53412, name: 'task_newtask', type: 'tracepoint', runs: 3, runNs: 900 },
    { id: 53413, name: '', type: 'tracing', runs: 0, runNs: 0 },
  ]);
});

test.each([[null], [{}], ['x'], [[null, 3, { name: 'x' }]]])('%j has no programs', (answer) => {
  expect(parsePrograms(answer)).toEqual([]);
});
