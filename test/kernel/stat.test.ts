import { expect, test } from 'vitest';
import { CLI, observe, run } from './run-cli.ts';

test('--stat prints one line on standard error, and leaves the output to the command', async () => {
  const words = ['sh', '-c', 'echo its own; /bin/true; /bin/false; kill -9 $$'];
  const { exitCode, stdout, stderr } = await run(CLI, ['--stat', '--', ...words]);
  expect(exitCode).toBe(137);
  expect(stdout).toBe('its own\n');
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^ebpf-processes: 3 processes created, 0 threads created, 3 execs, 3 processes exited, ~?0 failed forks; [\d.]+ s, killed by SIGKILL$/,
  );
});

test('how the processes of a command ended is told by name', async () => {
  const script =
    'for i in 1 2 3; do /bin/false; done; sh -c "kill -9 \\$\\$"; /bin/true; sleep 0.2';
  const { report } = await observe(['--', 'sh', '-c', script]);
  const programOf = (name: string) => report.command?.comms?.find((one) => one.name === name);
  // Without the kernel's type information that is not known.
  if (report.diagnosis.lifetimes === null) {
    expect(programOf('false')?.failed_exits).toBeNull();
    return;
  }
  expect(programOf('false')?.failed_exits).toMatchObject([{ status: 1, signal: null, count: 3 }]);
  expect(programOf('sh')?.failed_exits).toMatchObject([{ signal: 'SIGKILL', count: 1 }]);
  const livesOf = (name: string) =>
    programOf(name)?.lifetimes?.filter(({ processes }) => processes > 0);
  expect(livesOf('sleep')).toEqual([{ under_seconds: 1, processes: 1 }]);
});
