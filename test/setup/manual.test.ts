import { expect, test } from 'vitest';
import { projectFile, run } from '../kernel/run-cli.ts';

const PAGE = projectFile('dist/man/ebpf-processes.1');

test('mandoc finds no fault with the manual page', async () => {
  const { stdout } = await run('mandoc', ['-T', 'lint', PAGE]);
  // Which other pages are on this machine is no fault of ours.
  const faults = stdout.split('\n').filter((line) => !/^$|referenced manual not found/.test(line));
  expect(faults).toEqual([]);
});

test('man shows the manual page without a warning', async () => {
  const { exitCode, stdout, stderr } = await run('man', ['--warnings', '-E', 'utf8', '-l', PAGE]);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^EXIT STATUS$/m);
});
