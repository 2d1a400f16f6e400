import { expect, test } from 'vitest';
import { checkLauncher } from '../../src/doctor/launcher-check.ts';
import type { LauncherState } from '../../src/host/launcher.ts';
import { buildFacts } from '../builders.ts';

const { kernel, bpftrace } = buildFacts();
const check = (ways: LauncherState['ways'], isSetUp: boolean) =>
  checkLauncher({ ways, isSetUp }, kernel, bpftrace);

test('nothing is wrong where it is not installed', () => {
  expect(check([], true)).toMatchObject({ state: 'ok', remedy: null });
  expect(check([], false).finding).toMatch(/^not installed/);
});

test('the first of its ways is named', () => {
  expect(check(['socket', 'setuid'], true)).toMatchObject({ state: 'ok' });
  expect(check(['socket', 'setuid'], true).finding).toMatch(/^behind \/run\/ebpf-processes.sock; /);
  expect(check(['setuid'], true).finding).toMatch(/launcher, setuid root; /);
});

test('after an upgrade it is an error until setup has run', () => {
  expect(check(['socket'], false)).toMatchObject({
    state: 'error',
    finding: `behind /run/ebpf-processes.sock, but no programs were rendered for Linux ${kernel.release} and bpftrace ${bpftrace.version}`,
    remedy: 'as root: ebpf-processes setup',
  });
});
