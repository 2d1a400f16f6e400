import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Compiled } from '../../src/session/compile.ts';
import { startBareTracer } from './bare-tracer.ts';
import { type Bench, measureTargets, type Part, type Target } from './context.ts';
import { CONFIG_DIR, startPlugin } from './plugin.ts';
import { median } from './statistics.ts';
import { type Table, toFixed, toRatio } from './table.ts';
import { readCpuSeconds } from './usage.ts';
import { compileFor } from './watching.ts';

const DIAGNOSTIC = fileURLToPath(new URL('../../bin/ebpf-processes', import.meta.url));

/** Time from the start of a process to the first numbers. */
export const measureStart: Part = async (bench): Promise<Table> => {
  const { results, leftOut } = await measureTargets(bench, (target) => measure(bench, target));
  return {
    title: 'Start: seconds until it counts',
    columns: [
      'bpftrace',
      'bpftrace alone',
      '--once counts',
      'to alone',
      '--once -d 0.1 ends',
      'plugin publishes',
      'CPU until then: Node',
      'bpftrace',
    ],
    rows: results.map(({ target, result }) => [
      target.version,
      toFixed(result.aloneMs / 1000, 2),
      toFixed(result.countsMs / 1000, 2),
      toRatio(result.countsMs, result.aloneMs, 1),
      toFixed(result.endsMs / 1000, 2),
      toFixed(result.publishesMs / 1000, 2),
      toFixed(result.nodeCpu, 2),
      toFixed(result.bpftraceCpu, 2),
    ]),
    notes: [
      `medians of ${bench.effort.starts} starts, from spawn; entry mode. A bpftrace in a root of another suite starts through a launcher that mounts and changes root first`,
      'bpftrace alone: the same program, to the end of its first dump (a dump every 10 ms)',
      '--once counts: `ebpf-processes --once`, to the begin of the first dump in which every event has counted an event of our own (a dump every 100 ms)',
      '--once -d 0.1 ends: the same, until the process has ended; plugin publishes: `ebpf-processes.plugin 1`, to the first SET line. Its dumps come on the second, so half a second is waiting; the starts are spread evenly over the second',
    ],
    leftOut,
  };
};

async function measure(bench: Bench, target: Target) {
  const compiled = await compileFor(target, 'entry', bench.apart);
  const runs = [];
  for (let i = 0; i < bench.effort.starts; i++) {
    bench.say(`start ${i + 1} of ${bench.effort.starts}: bpftrace ${target.version}`);
    const aloneMs = await startAlone(compiled);
    const once = await runOnce(target, bench);
    await delay(millisecondsUntilPhase((i + 0.5) / bench.effort.starts), undefined, bench);
    runs.push({ aloneMs, ...once, ...(await publish(target, bench)) });
  }
  return {
    aloneMs: median(runs.map((run) => run.aloneMs)),
    countsMs: median(runs.map((run) => run.countsMs)),
    endsMs: median(runs.map((run) => run.endsMs)),
    publishesMs: median(runs.map((run) => run.firstValuesMs)),
    nodeCpu: median(runs.map((run) => run.nodeCpu)),
    bpftraceCpu: median(runs.map((run) => run.bpftraceCpu)),
  };
}

async function startAlone(compiled: Compiled): Promise<number> {
  const bpftrace = await startBareTracer(compiled, 10);
  await bpftrace.stop();
  return bpftrace.firstDumpMs;
}

async function runOnce(target: Target, { apart, signal }: Bench) {
  const startedAtMs = performance.now();
  const wallStartMs = Date.now();
  const args = ['--once', '--duration', '0.1', '--format', 'json', '--bpftrace', target.path];
  args.push('--config-dir', CONFIG_DIR);
  if (!apart) args.push('--no-apps', '--no-cgroups');
  const { stdout } = await execa(DIAGNOSTIC, args, { stdin: 'ignore', cancelSignal: signal });
  const endsMs = performance.now() - startedAtMs;
  const report = JSON.parse(stdout) as { window: { start: string } };
  return { countsMs: Date.parse(report.window.start) - wallStartMs, endsMs };
}

async function publish(target: Target, bench: Bench) {
  const plugin = await startPlugin(target, bench);
  try {
    const { firstValuesMs, nodePid, bpftracePid } = plugin;
    return {
      firstValuesMs,
      nodeCpu: readCpuSeconds(nodePid),
      bpftraceCpu: readCpuSeconds(bpftracePid),
    };
  } finally {
    await plugin.stop();
  }
}

/** @param phase - Share of a second of the wall clock, 0 to 1. */
function millisecondsUntilPhase(phase: number): number {
  return (phase * 1000 - (Date.now() % 1000) + 1000) % 1000;
}
