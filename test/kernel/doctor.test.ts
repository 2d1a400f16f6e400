import { expect, test } from 'vitest';
import { CLI, run } from './run-cli.ts';

interface Diagnosis {
  readonly can_run: boolean;
  readonly checks: readonly {
    name: string;
    state: string;
    finding: string;
    remedy: string | null;
  }[];
}

/** `doctor --format json`, in a mount namespace of its own after a script of a shell. */
async function diagnose(script: string, ...flags: string[]) {
  const words = [CLI, 'doctor', '--format', 'json', ...flags].join(' ');
  const ended = await run('unshare', ['--mount', 'sh', '-c', `${script}\nexec ${words}`]);
  const diagnosis = JSON.parse(ended.stdout) as Diagnosis;
  return {
    exitCode: ended.exitCode,
    canRun: diagnosis.can_run,
    check: (name: string) => diagnosis.checks.find((candidate) => candidate.name === name),
  };
}

/** Both filesystems out of sight. */
const HIDE = [
  'umount /sys/kernel/debug/tracing 2>/dev/null',
  'umount /sys/kernel/debug 2>/dev/null',
  'umount /sys/kernel/tracing 2>/dev/null',
].join('\n');

test('here the diagnostic can run, and every way to attach was tried', async () => {
  const { exitCode, canRun, check } = await diagnose('');
  expect({ exitCode, canRun }).toEqual({ exitCode: 0, canRun: true });
  expect(check('tracepoint by trial')?.state).toBe('ok');
  for (const family of ['rawtracepoint', 'fentry', 'kprobe']) {
    expect(check(`${family} by trial`)?.finding).toMatch(/^attaches$|^does not attach: ./);
  }
});

test('it begins with what can be counted, and bpftool has tried what BPF can do', async () => {
  const { stdout } = await run(CLI, ['doctor']);
  expect(stdout).toMatch(/^(Everything can be counted exactly here|Counted exactly here: )/);
  const { check } = await diagnose('');
  expect(check('BPF helpers')).toMatchObject({ state: 'ok', checked: 'bpftool feature probe' });
  expect(check('BPF map types')?.state).toBe('ok');
});

test('without tracefs it says how to mount it, and that command helps', async () => {
  const hidden = await diagnose(HIDE);
  expect(hidden).toMatchObject({ exitCode: 1, canRun: false });
  const remedy = hidden.check('tracefs')?.remedy ?? '';
  expect(remedy).toMatch(/^mount -t tracefs /);
  const mended = await diagnose(`${HIDE}\n${remedy}`);
  expect(mended).toMatchObject({ exitCode: 0, canRun: true });
  expect(mended.check('tracefs')?.state).toBe('ok');
});

test('without cgroups it says how to mount them, and that command helps', async () => {
  const hide = 'umount -l -R /sys/fs/cgroup';
  const remedy = (await diagnose(hide)).check('cgroups')?.remedy ?? '';
  expect(remedy).toMatch(/^mount -t cgroup2 /);
  const mended = await diagnose(`${hide}\n${remedy}`);
  expect(mended.check('cgroups')).toMatchObject({ state: 'ok' });
});

test('without securityfs it says how to mount it, and that command helps', async () => {
  const hide = 'umount /sys/kernel/security 2>/dev/null';
  const source = '/sys/kernel/security/lockdown';
  const mended = await diagnose(`${hide}\nmount -t securityfs securityfs /sys/kernel/security`);
  expect(mended.check('lockdown')).toMatchObject({ state: 'ok', checked: source });
});

test.each<[string, string[], string]>([
  ['bpftrace', ['--bpftrace', '/nowhere/bpftrace'], 'bpftrace'],
  ['a bpftrace that is one', ['--bpftrace', '/bin/true'], 'bpftrace'],
])('without %s it examines the rest, and its exit code is 1', async (_, flags, name) => {
  const { exitCode, canRun, check } = await diagnose('', ...flags);
  expect({ exitCode, canRun }).toEqual({ exitCode: 1, canRun: false });
  expect(check(name)).toMatchObject({ state: 'error', remedy: expect.any(String) });
  expect(check('kernel')?.state).toBe('ok');
});

test('without root it examines the rest, and its exit code is 1', async () => {
  const words = ['--reuid=65534', '--regid=65534', '--clear-groups', CLI, 'doctor', '-f', 'json'];
  const ended = await run('setpriv', words);
  const { checks, can_run } = JSON.parse(ended.stdout) as Diagnosis;
  expect([ended.exitCode, can_run]).toEqual([1, false]);
  expect(checks.find(({ name }) => name === 'privilege')?.state).toBe('error');
  expect(checks.find(({ name }) => name === 'bpftrace')?.state).toBe('ok');
});

test('what is asked for by name and cannot be had is an error, and the diagnostic can run', async () => {
  const { exitCode, check } = await diagnose('', '--mode', 'return', '--type-format', 'legacy');
  expect(exitCode).toBe(0);
  const kprobe = check('kprobe by trial');
  if (kprobe?.state === 'ok') expect(check('settings')).toBeUndefined();
  else expect(check('settings')?.finding).toMatch(/legacy asks for kprobe to watch error/);
});
