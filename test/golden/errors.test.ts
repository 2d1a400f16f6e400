import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WRONG = ['--config-dir', 'fixtures/config/wrong'];

function run(args: readonly string[], program = 'ebpf-processes') {
  return spawnSync(`bin/${program}`, args, { cwd: ROOT, encoding: 'utf8' });
}

test.each([
  ['--once', '--once'],
  ['plan', 'plan'],
  ['program', 'program'],
])('%s reports a wrong file before it looks at the machine', async (_, word) => {
  const ended = run([word, ...WRONG, '--pid-table-size', '63', '--maps-per-core']);
  expect([ended.status, ended.stdout]).toEqual([2, '']);
  await expect(ended.stderr).toMatchFileSnapshot('texts/wrong.txt');
});

test.each(['plan', 'program', 'doctor'])(
  '%s goes on with what is wrong in a file alone, and says so',
  (word) => {
    // What is not a bpftrace ends it, after it has read its configuration.
    const ended = run([word, ...WRONG, '--bpftrace', '/there/is/none']);
    const warnings = ended.stderr.split('\n').filter((line) => line.startsWith('warning: '));
    expect(warnings).toHaveLength(15);
    expect(warnings).toContain(
      'warning: process.conf:6: cgroups must be yes or no, not "1"; yes is used (default of the diagnostic)',
    );
    expect(ended.status).toBe(1);
    const said = word === 'doctor' ? ended.stdout : ended.stderr;
    expect(said).toContain('/there/is/none is not an executable file');
  },
);

test('config shows what counts all the same', () => {
  const ended = run(['config', ...WRONG, '--format', 'json']);
  expect(ended.status).toBe(2);
  const { options, problems } = JSON.parse(ended.stdout);
  expect(options).toContainEqual({ option: 'update every', value: 5, origin: 'default' });
  expect(problems).toHaveLength(15);
});

test.each([
  [['plan', '--mode', 'both'], '--mode must be entry or return, not "both"'],
  [
    ['plan', '--type-format', 'core', '--co-re-tracing', ''],
    '--co-re-tracing must be trampoline or probe, not ""\nerror: --type-format must be legacy, co-re or auto, not "core"',
  ],
  [
    ['--once', '--bpftrace', 'bpftrace'],
    '--bpftrace must be a full path, beginning with /, not "bpftrace"',
  ],
  [['config', '--lifetime', '0'], '--lifetime must be a whole number from 1 to 31536000, not "0"'],
  [
    ['plan', '--config-dir', '/there/is/none'],
    '--config-dir must be a directory, not "/there/is/none"',
  ],
])('%j is an error, in one sentence each', (args, sentences) => {
  const ended = run(args);
  expect(ended.status).toBe(2);
  expect(ended.stderr.slice(0, ended.stderr.indexOf('\nhint: '))).toBe(`error: ${sentences}`);
});

test('the plugin logs everything that is wrong, one line each, and goes on without it', () => {
  // What is not a bpftrace ends it, after it has read its configuration.
  const args = ['x', ...WRONG, '--mode', 'both', '--bpftrace', '/there/is/none'];
  const ended = run(args, 'ebpf-processes.plugin');
  const lines = ended.stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^[\d :-]+: ebpf-processes\.plugin ERROR : MAIN : /, ''));
  expect(lines).toHaveLength(18);
  expect(lines).toContain('--mode must be entry or return, not "both"; entry is used (default)');
  expect(lines).toContain(
    'update_every must be a whole number from 1 to 86400, not "x"; 5 is used (default)',
  );
  expect(lines).toContain(
    'process.conf:6: cgroups must be yes or no, not "1"; no is used (default)',
  );
  expect(lines.at(-1)).toMatch(/^\/there\/is\/none is not an executable file; /);
  expect(ended.stdout.trim()).toBe('DISABLE');
});
