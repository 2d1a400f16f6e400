import { describe, expect, test } from 'vitest';
import { startCommand } from '../../../src/cli/command/start-command.ts';

const start = (argv: readonly string[], environment: NodeJS.ProcessEnv = process.env) =>
  startCommand(argv, 2, environment, undefined);

describe('the end of a command', () => {
  test.each([
    ['its exit code', 'exit 7', { exitCode: 7, signal: null }],
    [
      'the signal that killed it',
      'kill -9 $$',
      { exitCode: 137, signal: { number: 9, name: 'KILL' } },
    ],
    ['and SIGTERM', 'kill $$', { exitCode: 143, signal: { number: 15, name: 'TERM' } }],
  ])('is %s', async (_, script, end) => {
    const { ended } = start(['sh', '-c', script]);
    expect(await ended).toMatchObject({ ...end, isRunning: false });
  });

  test('is its own: after a signal it takes the time that it wants', async () => {
    const command = start([
      'sh',
      '-c',
      'trap "sleep 0.3; exit 3" TERM; while :; do sleep 0.05; done',
    ]);
    // The shell sets its trap within this time, or is ended by the signal, which fails the test.
    await new Promise((resolve) => setTimeout(resolve, 500));
    command.kill('SIGTERM');
    expect(await command.ended).toMatchObject({ exitCode: 3, signal: null });
  }, 20_000);
});

test('a command that is left still runs, and does not keep us', async () => {
  const command = start(['sleep', '0.3']);
  expect(command.leave()).toMatchObject({ exitCode: 130, isRunning: true });
  expect(await command.ended).toMatchObject({ exitCode: 0, isRunning: false });
});

test('as another user it runs in that user’s environment, by the launcher', async () => {
  const { ended } = startCommand(
    ['sh', '-c', '[ "$HOME" = /h ] && [ -z "$SUDO_UID" ]'],
    2,
    {
      ...process.env,
      SUDO_UID: '5',
    },
    {
      name: 'ann',
      words: ['env', '--'],
      launcher: 'env',
      environment: { HOME: '/h', SUDO_UID: undefined },
    },
  );
  expect(await ended).toMatchObject({ exitCode: 0 });
});

test.each([
  ['/nowhere', 127],
  ['/', 126],
])('%s cannot be started', async (file, exitCode) => {
  await expect(start([file]).ended).rejects.toMatchObject({
    code: 'COMMAND_NOT_STARTED',
    exitCode,
  });
});
