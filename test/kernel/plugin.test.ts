import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Observer } from './observer.ts';
import { isRunning, PluginProcess, waitUntilGone } from './plugin-process.ts';
import { PACE, run } from './run-cli.ts';

const SECONDS = Number(process.env['PLUGIN_SECONDS'] ?? 15);
/** 50 on a machine that does nothing else. */
const MAX_LATE_MS = Number(process.env['MAX_LATE_MS'] ?? 500);
const RATE = 1_000;
const CREATED = 'system.process_thread';

let observer: Observer;
beforeAll(() => {
  observer = new Observer('pace');
});
afterAll(() => observer.close());

test('publishes just after each second, without a gap, and loses nothing under 1,000 processes a second', async () => {
  const plugin = new PluginProcess(['1']);
  await plugin.until(() => plugin.of(CREATED).length >= 2);
  const quiet = plugin.of(CREATED).at(-1);
  const from = observer.read().length;
  const pace = await run(PACE, ['rate', String(RATE), String(SECONDS)]);
  const updatesAtEnd = plugin.of(CREATED).length;
  await plugin.until(() => plugin.of(CREATED).length >= updatesAtEnd + 2);
  plugin.child.kill('SIGTERM');
  await plugin.ended;

  const updates = plugin.of(CREATED);
  const lateMs = updates.map(({ atMs }) => atMs % 1000).sort((a, b) => a - b);
  const words = `ms after the second: ${lateMs.join(' ')}`;
  // A busy machine may delay an update; but delays must be rare, and must not grow.
  expect(lateMs[Math.floor(lateMs.length / 2)], words).toBeLessThanOrEqual(50);
  expect(lateMs.at(-1), words).toBeLessThanOrEqual(MAX_LATE_MS);
  const seconds = updates.map(({ atMs }) => Math.floor(atMs / 1000));
  expect(seconds).toEqual(seconds.map((_, i) => (seconds[0] ?? 0) + i));

  const made = Number(/\d+/.exec(pace.stdout)?.[0]);
  expect(made).toBe(RATE * SECONDS);
  const processes = (update = updates.at(-1)) => update?.values.get('process') ?? Number.NaN;
  // We create pace itself: that is one more, and it is not among the noise of others in between.
  const others = observer
    .read()
    .slice(from)
    .filter((event) => event.kind === 'process_created' && event.pid !== process.pid).length;
  expect(processes() - processes(quiet) - made - 1).toBe(others);
  const completeness = plugin
    .of('netdata.ebpf_processes_completeness')
    .map(({ values }) => values.get('completeness'));
  expect(completeness).toEqual(completeness.map(() => 100_000));
  expect(plugin.errors).toBe('');
});

test('goes on when bpftrace is killed: one log line that names the loss, counters that never step down', async () => {
  const plugin = new PluginProcess(['1']);
  await plugin.until(() => plugin.of(CREATED).length >= 2);
  const pace = run(PACE, ['rate', String(RATE), '7']);
  const before = plugin.of(CREATED).length;
  await plugin.until(() => plugin.of(CREATED).length >= before + 2);
  const killedAtMs = Date.now();
  process.kill(plugin.bpftracePid ?? 0, 'SIGKILL');
  await plugin.until(() => (plugin.of(CREATED).at(-1)?.atMs ?? 0) > killedAtMs);
  const backAfterMs = (plugin.of(CREATED).at(-1)?.atMs ?? 0) - killedAtMs;
  await pace;
  plugin.child.kill('SIGTERM');
  await plugin.ended;

  // bpftrace is back, and after that a second has begun.
  expect(backAfterMs).toBeLessThan(4_000);
  expect(plugin.errors.trim().split('\n')).toHaveLength(1);
  expect(plugin.errors).toMatch(
    /bpftrace ended \(signal SIGKILL\) and was started again; in these [\d.]+ s \d+ created tasks and what ended meanwhile were not counted\n$/,
  );
  for (const chart of [CREATED, 'system.exit']) {
    // The update after the loss has no values: Netdata draws a gap.
    const values = plugin.of(chart).flatMap((update) => update.values.get('process') ?? []);
    expect(values).toHaveLength(plugin.of(chart).length - 1);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  }
  const completeness = plugin
    .of('netdata.ebpf_processes_completeness')
    .map(({ values }) => values.get('completeness') ?? 0);
  expect(Math.min(...completeness)).toBeLessThan(100_000);
});

// SIGCONT does nothing to one that runs.
test.each([
  ['running', 'SIGCONT'],
  ['stopped', 'SIGSTOP'],
] as const)('leaves no %s bpftrace behind when it is killed itself', async (_, signal) => {
  const plugin = new PluginProcess(['1']);
  await plugin.until(() => plugin.of(CREATED).length >= 1);
  const pid = plugin.bpftracePid ?? 0;
  expect(pid).toBeGreaterThan(0);
  process.kill(pid, signal);
  plugin.child.kill('SIGKILL');
  expect(await waitUntilGone(pid, 5_000)).toBeLessThan(2_000);
});

const ENDS: Record<string, (plugin: PluginProcess) => void> = {
  'on SIGTERM': ({ child }) => child.kill('SIGTERM'),
  'on SIGINT': ({ child }) => child.kill('SIGINT'),
  'when standard input ends': ({ child }) => child.stdin?.end(),
  'on the word QUIT without a line break': ({ child }) => child.stdin?.write('QUIT'),
  'when nobody reads its standard output': ({ child }) => child.stdout?.destroy(),
};

const MODES = ['entry', 'return'];

test.each(Object.keys(ENDS).flatMap((how) => MODES.map((mode) => [how, mode] as const)))(
  'ends within two seconds %s, in %s mode, with exit code 0 and no bpftrace left',
  async (how, mode) => {
    const plugin = new PluginProcess(['1', '--mode', mode]);
    await plugin.until(() => plugin.of(CREATED).length >= 1);
    const pid = plugin.bpftracePid ?? 0;
    const startedAtMs = performance.now();
    ENDS[how]?.(plugin);
    const exited = new Promise((resolve) => plugin.child.once('exit', resolve));
    expect(await exited).toBe(0);
    // A reader that is gone is noticed with the next update.
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    expect(await waitUntilGone(pid, 5_000)).toBeLessThan(100);
    expect(plugin.errors).toBe('');
  },
);

test('ends by itself when the lifetime of its command line is over: charts obsolete, no bpftrace left', async () => {
  const plugin = new PluginProcess(['1', '--apps', '--cgroups', '--lifetime', '3']);
  await plugin.until(() => plugin.of(CREATED).length >= 1);
  const pid = plugin.bpftracePid ?? 0;
  expect(pid).toBeGreaterThan(0);
  const ended = await plugin.ended;

  expect(isRunning(pid)).toBe(false);
  expect(ended.exitCode).toBe(0);
  expect(plugin.errors).toBe('');
  // A busy machine may lose an update; the end comes after the third second all the same.
  const updatesMs = plugin.of(CREATED).map(({ atMs }) => atMs);
  expect(updatesMs.length).toBeLessThanOrEqual(4);
  expect((updatesMs.at(-1) ?? 0) - (updatesMs[0] ?? 0)).toBeGreaterThan(2_000);
  const lines = ended.stdout.split('\n').filter((line) => line !== '');
  const last = lines.lastIndexOf('END');
  const idsOf = (charts: readonly string[]) => charts.map((line) => line.split(' ')[1]);
  const introduced = lines.slice(0, last).filter((line) => line.startsWith('CHART '));
  const obsolete = lines.slice(last + 1, -1);
  expect(idsOf(introduced)).toContain('apps.process_create');
  expect(obsolete.every((line) => /^CHART .* (1|10) obsolete ebpf/.test(line))).toBe(true);
  expect(idsOf(obsolete).toSorted()).toEqual([...new Set(idsOf(introduced))].toSorted());
  // Netdata would start it again otherwise.
  expect(lines.at(-1)).toBe('DISABLE');
});

test('does not end by the lifetime of a file, and takes its other options from there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'plugin-'));
  mkdirSync(join(directory, 'ebpf.d'));
  const text = '[global]\nlifetime = 1\nupdate every = 2\nebpf load mode = return\napps = 1\n';
  writeFileSync(join(directory, 'ebpf.d/process.conf'), text);
  const plugin = new PluginProcess(['1', '--config-dir', directory]);
  await plugin.until(() => plugin.of('system.task_error').length >= 3);
  plugin.child.kill('SIGTERM');
  const ended = await plugin.ended;
  rmSync(directory, { recursive: true });

  expect(ended.stdout).toMatch(
    /^CHART system\.task_error .* line 21005 2 '' ebpf\.plugin process$/m,
  );
  expect(ended.stdout).not.toContain('obsolete');
  expect(plugin.errors.trim().split('\n')).toHaveLength(1);
  expect(plugin.errors).toMatch(
    /ERROR : MAIN : process\.conf:5: apps must be yes or no, not "1"; no is used \(default\)\n$/,
  );
});
