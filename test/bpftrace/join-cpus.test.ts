import { describe, expect, test } from 'vitest';
import { joinCpus } from '../../src/bpftrace/join-cpus.ts';
import { parseLine } from '../../src/bpftrace/lines.ts';

const join = (text: string) => joinCpus(parseLine(text));

describe('what each CPU counted apart', () => {
  test('is one number for a counter', () => {
    expect(join('{"type": "map", "data": {"@exec": {"0": 7, "1": 5, "11": 1}}}')).toEqual({
      kind: 'scalar',
      map: 'exec',
      value: 13,
    });
  });

  test('is one number for each index and each key', () => {
    expect(join('{"type": "map", "data": {"@error": {"11,0": 3, "22,0": 1, "11,1": 4}}}')).toEqual({
      kind: 'keyed',
      map: 'error',
      entries: new Map([
        ['11', 7],
        ['22', 1],
      ]),
    });
    expect(
      join('{"type": "map", "data": {"@keys_a": {"1,2,3,4,5,6,0": 3, "1,2,3,4,5,6,1": 4}}}'),
    ).toMatchObject({ entries: new Map([['1,2,3,4,5,6', 7]]) });
  });
});

test.each([
  '{"type": "map", "data": {"@exec": 7}}',
  '{"type": "map", "data": {"@parents_a": {"12": 1}}}',
  '{"type": "map", "data": {"@comms_b": {"12": "a, b"}}}',
  '{"type": "printf", "data": "end 7\\n"}',
  'no JSON',
])('%s holds nothing of that kind and stays as it is', (text) => {
  expect(join(text)).toEqual(parseLine(text));
});
