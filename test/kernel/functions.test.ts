import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PluginReader } from '../plugins-d/reader.ts';
import { PluginProcess } from './plugin-process.ts';
import { run, STORM } from './run-cli.ts';

/** Of its own: others may run storm too. */
const NAME = 'functions-storm';
const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-functions-`);
const storm = `${directory}/${NAME}`;
beforeAll(() => copyFileSync(STORM, storm));
afterAll(() => rmSync(directory, { recursive: true }));

const CREATED = 'system.process_thread';

/** A plugin that is called as an agent calls it. */
class Called extends PluginProcess {
  #calls = 0;

  /** Call a function; resolves with its answer. */
  async call(words: string): Promise<{ status: number; data: unknown[][] }> {
    this.#calls += 1;
    const transaction = `t${this.#calls}`;
    this.child.stdin?.write(`FUNCTION ${transaction} 10 "${words}"\n`);
    for (;;) {
      const { results } = new PluginReader().take(this.stdout);
      const result = results.find((one) => one.transaction === transaction);
      if (result !== undefined) return JSON.parse(result.body);
      await delay(10);
    }
  }
}

const NETDATA = { NETDATA_VERSION: 'v1.37.1' };

test('it counts for the time that a function gives it, longer where that is extended, and ends', async () => {
  const plugin = new Called(['1', '--on-request'], NETDATA);
  const state = async (words = 'ebpf-processes') => (await plugin.call(words)).data[0]?.slice(2);
  expect(await state()).toEqual(['stopped', 0]);
  expect((await plugin.call('ebpf-processes-forkers')).status).toBe(503);
  expect(await state('ebpf-processes enable:3')).toEqual(['running', 3]);
  await plugin.until(() => plugin.of(CREATED).length >= 2);
  expect(await state('ebpf-processes extend:3')).toEqual(['running', expect.any(Number)]);
  const isEnded = () => /^CHART system\.process_thread .* obsolete /m.test(plugin.stdout);
  while (!isEnded()) await delay(100);
  // It counts from its begin, which is in the middle of a second.
  expect(plugin.of(CREATED).length).toBeGreaterThanOrEqual(4);
  expect(await state()).toEqual(['stopped', 0]);
  // The test's own limit of time judges a bpftrace that stays.
  while (plugin.bpftracePid !== undefined) await delay(50);

  expect(await state('ebpf-processes enable:60')).toEqual(['running', 60]);
  const before = plugin.of(CREATED).length;
  await plugin.until(() => plugin.of(CREATED).length > before);
  expect(await state('ebpf-processes disable')).toEqual(['stopped', 0]);
  plugin.child.stdin?.write('QUIT');
  const { exitCode, stdout } = await plugin.ended;
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('DISABLE');
});

test('tables say who does what, and what is asked wrongly is refused', async () => {
  const plugin = new Called(['1', '--apps', '--mode', 'return'], NETDATA);
  await plugin.until(() => plugin.of(CREATED).length >= 2);
  // The first question begins to keep who does what.
  await plugin.call('ebpf-processes-forkers');
  await plugin.until(() => plugin.of(CREATED).length >= 4);
  await run(storm, ['500', '0', '0', '50']);
  const leaky = spawn('sh', ['-c', 'for i in 1 2 3; do true & done; exec sleep 60'], {
    stdio: 'ignore',
  });
  const last = plugin.of(CREATED).length;
  await plugin.until(() => plugin.of(CREATED).length >= last + 2);
  const rows = async (name: string) => (await plugin.call(name)).data;

  const forker = (await rows('ebpf-processes-forkers')).find(([, comm]) => comm === NAME);
  expect(forker?.[3]).toBeGreaterThanOrEqual(500);
  const failed = (await rows('ebpf-processes-failed-forks')).filter(([, comm]) => comm === NAME);
  expect(failed.reduce((sum, row) => sum + Number(row[6]), 0)).toBe(50);
  const plan = await rows('ebpf-processes-plan');
  expect(plan.map(([event]) => event)).toEqual([
    'create',
    'exec',
    'exit',
    'release',
    'error',
    'audit',
  ]);
  for (;;) {
    const zombies = await rows('ebpf-processes-zombies');
    if (zombies.some(([pid, , , children]) => pid === String(leaky.pid) && children === 3)) break;
    await delay(500);
  }
  leaky.kill('SIGKILL');

  expect((await plugin.call('ebpf-processes-nothing')).status).toBe(404);
  expect((await plugin.call('ebpf-processes enable:5')).status).toBe(400);
  expect((await plugin.call('ebpf-processes enable:soon')).status).toBe(400);
  plugin.child.kill('SIGTERM');
  expect((await plugin.ended).exitCode).toBe(0);
  expect(plugin.errors).toBe('');
});
