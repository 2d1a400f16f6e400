import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openLab, SANITIZED } from './lab.ts';

const lab = openLab();
afterAll(() => lab.remove());

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test("the compiler's analyzer has nothing to say", () => {
  const other = openLab('-fanalyzer');
  other.remove();
});

test('the parser of requests takes nothing but requests: a second of fuzzing', () => {
  const fuzz = join(lab.directory, 'fuzz-request');
  const flags = ['-O1', ...SANITIZED.split(' '), '-Wno-unused-function'];
  execFileSync('gcc', [...flags, '-o', fuzz, at('fuzz-request.c')]);
  const printed = execFileSync(fuzz, ['1', String(Date.now())], { encoding: 'utf8' });
  expect(printed).toMatch(/^\d+ tried, [1-9]\d* taken\n$/);
});

test.runIf(existsSync('/usr/bin/systemd-analyze'))(
  'systemd calls the service exposed to 2.0 at most',
  () => {
    const unit = at('../../../config/systemd/ebpf-processes@.service');
    const words = ['security', '--offline=true', '--threshold=20', '--no-pager', unit];
    const { status, stdout } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  },
);
