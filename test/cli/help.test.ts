import { expect, test } from 'vitest';
import { answerQuickly } from '../../src/cli/diagnostic-cli.ts';
import { toOurShape } from '../../src/cli/help.ts';
import { fakeIo } from './fake-io.ts';

test('help is short, and --help-all has what few need', async () => {
  const short = await answer(['--help']);
  expect(short.stdout).not.toContain('--pid-table-size');
  expect(short.stdout.match(/^ {2}-/gm)?.length).toBeLessThanOrEqual(15);
  const all = await answer(['--help-all']);
  expect(all.stdout).toContain('--pid-table-size');
  expect(all.stdout).not.toContain('  --no-apps');
  expect([short.exitCode, all.exitCode]).toEqual([0, 0]);
});

test('every command has a help, in any order of words', async () => {
  for (const words of [
    ['plan', '--help'],
    ['help', 'plan'],
    ['plan', '-f', 'json', '-h'],
  ]) {
    expect((await answer(words)).stdout).toMatch(/^Usage: ebpf-processes plan/);
  }
  expect((await answer(['plan', '--help-all'])).stdout).toContain('--co-re-tracing');
});

test.each([
  [['--duratoin', '3'], 'did you mean --duration?'],
  [['plan', '--pid-table-szie', '3'], 'did you mean --pid-table-size?'],
  [['plan', '--no-cgroup'], 'did you mean --no-cgroups?'],
  [['--help-me-please'], 'ebpf-processes --help-all names all options'],
])('%j is told the nearest', async (words, hint) => {
  const { stderr, exitCode } = await answer(words);
  expect(stderr).toMatch(/^error: unknown option .*\nhint: /);
  expect(stderr.endsWith(`hint: ${hint}\n`)).toBe(true);
  expect(exitCode).toBe(2);
});

test('a complaint about a value has no hint about names', () => {
  expect(toOurShape("error: option '-f' argument 'x' is invalid.\n")).toBe(
    "error: option '-f' argument 'x' is invalid.\n",
  );
});

test('what needs the whole program is not answered', async () => {
  expect((await answer(['-o', '--help', 'plan'])).exitCode).toBeUndefined();
  expect((await answer(['plan'])).exitCode).toBeUndefined();
});

async function answer(argv: readonly string[]) {
  const { io, stdout, stderr } = fakeIo();
  const exitCode = await answerQuickly(argv, io);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}
