import { describe, expect, test } from 'vitest';
import { refuse, renderAnswer } from '../../../src/netdata/functions/answer.ts';
import { readWish } from '../../../src/netdata/functions/control.ts';
import { FUNCTIONS, renderFunctions } from '../../../src/netdata/functions/functions.ts';
import { toAnswer } from '../../../src/netdata/functions/table.ts';
import {
  listFailedForks,
  listForkers,
  listPlan,
  listZombies,
} from '../../../src/netdata/functions/tables.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import { PluginReader } from '../../plugins-d/reader.ts';
import { buildObservation } from '../../report/observation.ts';

describe('functions are announced', () => {
  test.each([
    [undefined, 0],
    ['v1.36.1', 0],
    ['v1.37.1', FUNCTIONS.length],
    ['v2.11.0-33-nightly', FUNCTIONS.length],
  ])('to an agent %s', (version, number) => {
    const reader = new PluginReader().take(renderFunctions(version)).end();
    expect(reader.faults).toEqual([]);
    expect(reader.functions.size).toBe(number);
  });

  test('with who may call them, where the agent knows that', () => {
    const [control] = renderFunctions('v2.11.0').split('\n');
    expect(control).toMatch(/^FUNCTION GLOBAL ebpf-processes 10 '.*' top 0x43 100 3$/);
    expect(renderFunctions('v1.37.1')).not.toContain('0x');
  });
});

describe('the control function', () => {
  test.each([
    [[], { kind: 'show' }],
    [['info'], { kind: 'show' }],
    [['enable'], { kind: 'enable', seconds: undefined }],
    [['enable:20'], { kind: 'enable', seconds: 20 }],
    [['extend:5'], { kind: 'extend', seconds: 5 }],
    [['disable'], { kind: 'disable' }],
  ])('understands %j', (words, wish) => {
    expect(readWish(words)).toEqual(wish);
  });

  test.each([
    ['enable:0'],
    ['enable:99999999'],
    ['enable:-1'],
    ['disable:5'],
    ['enable:5', 'disable'],
    ['on'],
  ])('refuses %s', (...words) => {
    expect(readWish(words)).toEqual({ kind: 'wrong', sentence: expect.any(String) });
  });
});

test.each([listForkers, listZombies, listFailedForks, listPlan])(
  'every row of a table has a cell for each column, and one column names the rows: %o',
  (list) => {
    const table = list(buildReport(buildObservation()));
    const answer = toAnswer(table) as unknown as {
      columns: Record<string, { index: number; unique_key: boolean }>;
      data: unknown[][];
      default_sort_column: string;
    };
    const columns = Object.values(answer.columns);
    expect(columns.map(({ index }) => index)).toEqual(columns.map((_, i) => i));
    expect(columns.filter((column) => column.unique_key)).toHaveLength(1);
    expect(Object.keys(answer.columns)).toContain(answer.default_sort_column);
    for (const row of answer.data) expect(row).toHaveLength(columns.length);
    const reader = new PluginReader().take(renderAnswer('t1', toAnswer(table), 1_000)).end();
    expect(reader.faults).toEqual([]);
    expect(reader.results[0]).toMatchObject({ code: 200, expires: 1_001 });
  },
);

test('a refusal has the status in its line and in its body, and is not kept', () => {
  const reader = new PluginReader().take(renderAnswer('t1', refuse(404, 'No.'), 1_000)).end();
  expect(reader.faults).toEqual([]);
  expect(reader.results[0]).toMatchObject({ code: 404, expires: 1_000 });
});
