import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Run words of the shell in the root of the project, with `pipefail`. */
function shell(script: string) {
  const ended = spawnSync('bash', ['-c', `set -o pipefail; ${script}`], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

describe('a reader that has gone ends a program quietly, as SIGPIPE would', () => {
  test.each([
    'bin/ebpf-processes --help',
    'bin/ebpf-processes --version',
    'bin/ebpf-processes schema',
    'bin/ebpf-processes config --config-dir test',
    'bin/ebpf-processes.plugin --help',
  ])('%s', async (words) => {
    // The pipe is closed before the program starts: `| head -1` may read everything first.
    const child = spawn('bash', ['-c', `sleep 0.1; exec ${words}`], { cwd: ROOT });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, stderr]).toEqual([141, '']);
  });
});

test('what cannot be written is said', () => {
  for (const words of ['bin/ebpf-processes --help', 'bin/ebpf-processes.plugin --version']) {
    const { status, stderr } = shell(`${words} >/dev/full`);
    expect(stderr).toMatch(/^error: cannot write to standard output: ENOSPC: no space left/);
    expect(status).toBe(1);
  }
});

test('a report that could not be written is not counted for: the place is tried first', () => {
  const startedAtMs = performance.now();
  const { status, stderr } = shell('bin/ebpf-processes --once --duration 60 --output /nowhere/x');
  expect(stderr).toMatch(/^error: cannot write to \/nowhere\/x: no such file or directory\n/);
  expect(status).toBe(1);
  expect(performance.now() - startedAtMs).toBeLessThan(30_000);
});

test('a plugin whose standard output is closed ends at once', () => {
  const { status, stderr } = shell('timeout 20 bin/ebpf-processes.plugin >&-');
  expect(stderr).toBe(
    'ebpf-processes.plugin ERROR : MAIN : standard output is closed: nobody reads\n',
  );
  expect(status).toBe(1);
});
