import { expect, test } from 'vitest';
import { type Call, CallReader } from '../../../src/netdata/functions/call.ts';

function read(...lines: string[]): Call[] {
  const reader = new CallReader();
  return lines.flatMap((line) => reader.take(line) ?? []);
}

test('a call is read as agents write it', () => {
  const transaction = '0f6d9c1e-2b1f-4f52-9f0c-1a2b3c4d5e6f';
  expect(read(`FUNCTION ${transaction} 10 "ebpf-processes enable:20"`)).toEqual([
    { transaction, name: 'ebpf-processes', words: ['enable:20'] },
  ]);
  const compact = '0f6d9c1e2b1f4f529f0c1a2b3c4d5e6f';
  expect(read(`FUNCTION ${compact} 60 "ebpf-processes-plan" "0x13" "user=a,ip=b"`)).toEqual([
    { transaction: compact, name: 'ebpf-processes-plan', words: [] },
  ]);
  expect(read("FUNCTION 'x1' '10' 'a b=c'")).toEqual([
    { transaction: 'x1', name: 'a', words: ['b', 'c'] },
  ]);
});

test('the lines of a payload are no calls', () => {
  expect(
    read(
      'FUNCTION_PAYLOAD t1 10 "ebpf-processes-plan" "application/json"',
      'FUNCTION t2 10 "ebpf-processes disable"',
      'FUNCTION_PAYLOAD_END',
      'FUNCTION t3 10 "ebpf-processes"',
    ).map(({ transaction }) => transaction),
  ).toEqual(['t1', 't3']);
});

test.each([
  '',
  'QUIT',
  'FUNCTION',
  'FUNCTION t1',
  'FUNCTION t1 10 ""',
  'FUNCTION_CANCEL t1',
  'FUNCTION a;b 10 "x"',
])('%j is no call', (line) => {
  expect(read(line)).toEqual([]);
});
