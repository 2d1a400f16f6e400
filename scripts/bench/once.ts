import { execa } from 'execa';
import { type Bench, measureTargets, type Part, type Target } from './context.ts';
import { CONFIG_DIR } from './plugin.ts';
import { OURS } from './program-text.ts';
import { median } from './statistics.ts';
import { type Table, toFixed, toRatio } from './table.ts';

/** How long a whole `--once --duration 1` takes, of this checkout and of the one that it is compared with. */
export const measureOnce: Part = async (bench): Promise<Table> => {
  const { against } = bench;
  const checkouts = [OURS, ...(against === undefined ? [] : [against])];
  const { results, leftOut } = await measureTargets(bench, (target) =>
    measure(bench, target, checkouts),
  );
  return {
    title: 'Once: seconds of a whole --once --duration 1',
    columns: [
      'bpftrace',
      'this checkout',
      'minimum',
      ...(against === undefined ? [] : ['the other', 'minimum', 'to the other, paired']),
    ],
    rows: results.map(({ target, result: [ours = [], theirs = []] }) => [
      target.version,
      ...describe(ours),
      ...(against === undefined
        ? []
        : [...describe(theirs), toRatio(median(ours.map((ms, i) => ms / (theirs[i] ?? 0))), 1)]),
    ]),
    notes: [
      `medians of ${bench.effort.starts} runs, from spawn to the end of the process, entry mode, checkouts in turn; one second of it is the window`,
    ],
    leftOut,
  };
};

async function measure(
  bench: Bench,
  target: Target,
  checkouts: readonly string[],
): Promise<number[][]> {
  const times = checkouts.map((): number[] => []);
  for (let i = 0; i < bench.effort.starts; i++) {
    for (const [which, checkout] of checkouts.entries()) {
      bench.say(`once ${i + 1} of ${bench.effort.starts}: bpftrace ${target.version}, ${checkout}`);
      times[which]?.push(await runOnce(checkout, target, bench.signal));
    }
  }
  return times;
}

async function runOnce(checkout: string, target: Target, signal: AbortSignal): Promise<number> {
  const startedAtMs = performance.now();
  const args = ['--once', '--duration', '1', '--format', 'json', '--bpftrace', target.path];
  await execa(`${checkout}/bin/ebpf-processes`, [...args, '--config-dir', CONFIG_DIR], {
    stdin: 'ignore',
    cancelSignal: signal,
  });
  return performance.now() - startedAtMs;
}

function describe(times: readonly number[]): string[] {
  return [toFixed(median(times) / 1000, 2), toFixed(Math.min(...times) / 1000, 2)];
}
