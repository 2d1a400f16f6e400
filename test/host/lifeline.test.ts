import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readLifeline } from '../../src/host/lifeline.ts';

test('the kernel ends a stopped child with its killed parent', async () => {
  const words = await readLifeline('root');
  expect(words).not.toEqual([]);
  const script = '"$@" & echo $!; wait';
  const parent = spawn('/bin/sh', ['-c', script, 'sh', ...words, '/bin/sleep', '60']);
  const pid = await new Promise<number>((resolve) => {
    parent.stdout.once('data', (text) => resolve(Number(text)));
  });
  while (readCommand(pid) !== 'sleep') await delay(5);
  process.kill(pid, 'SIGSTOP');
  parent.kill('SIGKILL');
  // It may stay as a zombie where nobody reaps it.
  while (readCommand(pid) !== undefined) await delay(5);
});

test('behind sudo there is none: the kernel would forget it', async () => {
  expect(await readLifeline('sudo')).toEqual([]);
});

/** @returns `undefined` once it has ended. */
function readCommand(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return /^State:\tZ/m.test(status) ? undefined : /^Name:\t(.*)$/m.exec(status)?.[1];
  } catch {
    // Gone, and reaped.
    return undefined;
  }
}
