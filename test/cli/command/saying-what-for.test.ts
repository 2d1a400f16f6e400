import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sayingWhatFor } from '../../../src/cli/command/saying-what-for.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function say(isTTY: boolean, waiting: number, waitMs: number): Promise<string> {
  let said = '';
  const write = (text: string) => {
    said += text;
  };
  const io = { stderr: { isTTY, write } } as unknown as NodeJS.Process;
  const wait = () => new Promise((resolve) => setTimeout(resolve, waitMs, 'end'));
  const told = sayingWhatFor('make\u001b', { waiting }, io, wait, 300);
  await vi.runAllTimersAsync();
  expect(await told).toBe('end');
  return said;
}

test('a wait that takes a while is told to a person', async () => {
  expect(await say(true, 3, 900)).toBe(
    'ebpf-processes: make\\x1b has ended; waiting, at most 2 s, until 3 ended tasks can be told from zombies\n',
  );
  expect(await say(true, 1, 900)).toContain('until an ended task can');
});

test.each([
  ['where nothing is waited for', true, 0, 900],
  ['but to no file', false, 3, 900],
  ['where it is short', true, 3, 200],
])('nothing is said %s', async (_, isTTY, waiting, waitMs) => {
  expect(await say(isTTY, waiting, waitMs)).toBe('');
});
