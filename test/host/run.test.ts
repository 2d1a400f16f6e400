import { describe, expect, test } from 'vitest';
import { run } from '../../src/host/run.ts';

const ENV = { PATH: '/usr/bin:/bin', WORD: 'word' };
const sh = (script: string, timeoutMs = 20_000) =>
  run('/bin/sh', ['-c', script], { env: ENV, timeoutMs });

describe('a program that is run', () => {
  test('has its environment and no other, no input, and runs in /', async () => {
    expect(await sh('pwd; echo "$WORD" "$HOME"; cat; echo problem >&2; exit 3')).toEqual({
      exitCode: 3,
      signal: undefined,
      problem: undefined,
      stdout: '/\nword ',
      stderr: 'problem',
      timedOut: false,
    });
  });

  test('may be ended by a signal', async () => {
    expect(await sh('kill -KILL $$')).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' });
  });

  test('that takes too long is ended, also where what it started holds its output', async () => {
    const beganMs = performance.now();
    expect(await sh('sleep 60 & wait', 300)).toMatchObject({ signal: 'SIGTERM', timedOut: true });
    expect(performance.now() - beganMs).toBeLessThan(50_000);
  });

  test('that prints without end is ended', async () => {
    const { stdout, timedOut } = await sh('yes');
    expect(timedOut).toBe(false);
    expect(stdout.length).toBe(999_999);
  });
});

test.each([
  ['is not there', '/nowhere/program', [], 'spawn /nowhere/program ENOENT'],
  ['is not a program', '/etc/passwd', [], 'spawn /etc/passwd EACCES'],
  ['has too long an argument', '/bin/true', ['x'.repeat(200_000)], 'spawn E2BIG'],
])('one that %s says so', async (_, file, args, problem) => {
  expect(await run(file, args, { env: ENV, timeoutMs: 20_000 })).toEqual({
    exitCode: undefined,
    signal: undefined,
    problem,
    stdout: '',
    stderr: '',
    timedOut: false,
  });
});
