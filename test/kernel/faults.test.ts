import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { childrenOf, PluginProcess, readProc, waitUntilGone } from './plugin-process.ts';

const SYSTEM = 'system.process_thread';

/** Resolves once a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

/** The bpftrace of a plugin, from when it is there. */
async function bpftraceOf(plugin: PluginProcess): Promise<number> {
  await until(() => plugin.bpftracePid !== undefined);
  return plugin.bpftracePid ?? 0;
}

test('starts when it can after bpftrace was killed at each start, and never gives up', async () => {
  const plugin = new PluginProcess(['1']);
  for (let kills = 0; kills < 3; kills += 1) process.kill(await bpftraceOf(plugin), 'SIGKILL');
  await plugin.until(() => plugin.of(SYSTEM).length >= 2);
  plugin.child.kill('SIGTERM');
  const { exitCode, stdout } = await plugin.ended;
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('DISABLE');
  expect(plugin.stderr).toMatch(
    /SIGKILL.*; the start has failed once, and is tried again at growing distances$/m,
  );
});

test.each([
  ['in which bpftrace was killed', true],
  ['in which bpftrace ran on', false],
])('goes on after a time without descriptors, %s', async (_, isKilled) => {
  const plugin = new PluginProcess(['1']);
  await plugin.until(() => plugin.of(SYSTEM).length >= 2);
  const limit = (files: string) =>
    execFileSync('prlimit', ['--pid', String(plugin.child.pid), `--nofile=${files}:`]);
  const bpftrace = await bpftraceOf(plugin);
  limit('10');
  if (isKilled) process.kill(bpftrace, 'SIGKILL');
  await until(() => plugin.stderr.includes('could not be started: EMFILE'));
  limit('1000');
  const before = plugin.of(SYSTEM).length;
  await plugin.until(() => plugin.of(SYSTEM).length > before + 1);
  plugin.child.kill('SIGTERM');
  expect((await plugin.ended).exitCode).toBe(0);
});

test('no argument of bpftrace is a program', async () => {
  const plugin = new PluginProcess(['1', '--mode', 'return', '--apps', '--cgroups']);
  await plugin.until(() => plugin.of(SYSTEM).length >= 1);
  const words = readProc(await bpftraceOf(plugin), 'cmdline').split('\0');
  plugin.child.kill('SIGTERM');
  await plugin.ended;
  expect(words).toContain('json');
  expect(words.filter((word) => word.length > 500)).toEqual([]);
});

test.each([50, 200, 350, 500, 800])(
  'SIGTERM %i ms after the start leaves no bpftrace',
  async (ms) => {
    const plugin = new PluginProcess(['1', '--mode', 'return']);
    await delay(ms);
    const children = childrenOf(plugin.child.pid ?? 0);
    plugin.child.kill('SIGTERM');
    await plugin.ended;
    for (const child of children) await waitUntilGone(child, 5_000);
  },
);
