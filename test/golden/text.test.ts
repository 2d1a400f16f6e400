import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const CONFIG = ['bin/ebpf-processes', 'config', '--config-dir'];

/** What the built program prints, word for word, where neither the machine nor the time has a say. */
const TEXTS: Record<string, readonly string[]> = {
  'help.txt': ['bin/ebpf-processes', '--help'],
  'help-all.txt': ['bin/ebpf-processes', '--help-all'],
  'help-plan.txt': ['bin/ebpf-processes', 'plan', '--help'],
  'help-config.txt': ['bin/ebpf-processes', 'config', '--help'],
  'help-plugin.txt': ['bin/ebpf-processes.plugin', '--help'],
  'config.txt': [...CONFIG, 'fixtures/config/netdata-2.x', '--mode', 'return', '--no-apps'],
  'config.json': [...CONFIG, 'fixtures/config/netdata-1.37', '--format', 'json'],
  'config-default.txt': [...CONFIG, 'config'],
  'config-none.txt': [...CONFIG, 'fixtures/hosts'],
  'report.schema.json': ['bin/ebpf-processes', 'schema'],
};

test.each(Object.keys(TEXTS))('prints %s', async (name) => {
  const [program = '', ...args] = TEXTS[name] ?? [];
  const path = fileURLToPath(new URL(`../../${program}`, import.meta.url));
  const text = execFileSync(path, args, { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
  await expect(text).toMatchFileSnapshot(`texts/${name}`);
});

test('help is read from a file that is a tenth of the program', () => {
  const { size } = statSync(new URL('../../dist/cli/quick.js', import.meta.url));
  expect(size).toBeLessThan(220_000);
});
