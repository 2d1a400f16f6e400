/** `npm run endurance`: the plugin for an hour beside what is hard for it. As root, on a machine that does nothing else. */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { execa } from 'execa';
import { findBpftrace } from './bench/bpf-programs.ts';
import { CONFIG_DIR } from './bench/plugin.ts';
import { buildWorkloads } from './bench/workloads.ts';
import { ForkWitness } from './endurance/fork-witness.ts';
import { judge } from './endurance/judge.ts';
import { workUntil } from './endurance/load.ts';
import { courseOf, readRssMb } from './endurance/memory.ts';
import { PluginUpdates } from './endurance/plugin-updates.ts';

const PLUGIN = fileURLToPath(new URL('../bin/ebpf-processes.plugin', import.meta.url));

/** Time before the load and after it, in which the totals come to rest. */
const QUIET_S = 5;

const READ_EVERY_MS = 5_000;

const flags = new Command('endurance')
  .description(
    'Runs the plugin beside what is hard for it, as root, and judges memory, updates and totals.',
  )
  .option('--minutes <number>', 'how long', parseNumber, 60)
  .option(
    '--intensity <number>',
    'how hard; 1 is churn of 2,000 processes a second and storms of 50,000',
    parseNumber,
    1,
  )
  .parse()
  .opts<{ readonly minutes: number; readonly intensity: number }>();

process.exitCode = await run();

async function run(): Promise<number> {
  const built = await buildWorkloads();
  if (!built.ok) throw new Error(built.problem);
  const updates = new PluginUpdates();
  const plugin = execa(PLUGIN, ['1', '--apps', '--cgroups', '--config-dir', CONFIG_DIR], {
    stdin: 'pipe',
    buffer: false,
    reject: false,
  });
  const log: string[] = [];
  createInterface({ input: plugin.stderr }).on('line', (line) => log.push(line));
  createInterface({ input: plugin.stdout }).on('line', (line) => updates.take(line, Date.now()));
  const ended = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => ended.abort());
  plugin.finally(() => ended.abort());
  while (updates.told.length < 2 && !ended.signal.aborted) await sleep(200);
  // What it says at its start is no loss.
  log.length = 0;
  const pids = [plugin.pid ?? 0, findBpftrace(plugin.pid ?? 0)] as const;
  const readings: [number[], number[]] = [[], []];
  const reader = setInterval(() => {
    for (const [i, pid] of pids.entries()) readings[i]?.push(readRssMb(pid) ?? Number.NaN);
  }, READ_EVERY_MS);
  const witness = new ForkWitness();
  await sleep(QUIET_S * 1_000);
  await workUntil(
    performance.now() + flags.minutes * 60_000,
    { times: flags.intensity },
    ended.signal,
  );
  await sleep(QUIET_S * 1_000);
  clearInterval(reader);
  witness.stop();
  const told = [...updates.told];
  const lines = [...log];
  plugin.stdin.end();
  await plugin;
  const verdicts = judge({
    told,
    seen: witness.seen,
    late: witness.late,
    node: courseOf(readings[0]),
    bpftrace: courseOf(readings[1]),
    log: lines,
  });
  for (const { isGood, sentence } of verdicts)
    console.log(`${isGood ? 'ok    ' : 'FAILED'} ${sentence}`);
  for (const line of lines.slice(0, 20)) console.log(`       ${line}`);
  return verdicts.every(({ isGood }) => isGood) ? 0 : 1;
}

function parseNumber(text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new InvalidArgumentError('It must be a number above 0.');
}
