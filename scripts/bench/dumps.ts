import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Part } from './context.ts';
import type { DumpCase, DumpCost } from './dump-case.ts';
import { type Table, toFixed, toRatio } from './table.ts';

const CASE = fileURLToPath(new URL('dump-case.ts', import.meta.url));

const SMALL = { cgroups: 100, groups: 20, processes: 500 };
const LARGE = { cgroups: 1_000, groups: 200, processes: 5_000 };

const CASES: readonly DumpCase[] = [
  { ...SMALL, keys: 500 },
  { ...LARGE, keys: 500 },
  { ...LARGE, keys: 5_000 },
  { ...LARGE, keys: 30_000 },
];

/** What a dump costs Node, from the text that bpftrace prints to the text that Netdata reads. */
export const measureDumps: Part = async (bench): Promise<Table> => {
  const costs: { readonly one: DumpCase; readonly cost: DumpCost }[] = [];
  for (const one of CASES) {
    bench.say(`dumps: ${one.keys} keys of ${one.cgroups} cgroups`);
    // Each in a process of its own, so that the memory is its own.
    const { stdout } = await execa(
      process.execPath,
      [...process.execArgv, CASE, JSON.stringify(one)],
      {
        cancelSignal: bench.signal,
      },
    );
    costs.push({ one, cost: JSON.parse(stdout) as DumpCost });
  }
  const first = costs[0]?.cost.totalMs ?? Number.NaN;
  return {
    title: 'Dumps: milliseconds of Node for each, and its memory',
    columns: [
      ...['keys in the dump', 'cgroups', 'app groups', 'processes'],
      ...['read', 'attribute', 'publish', 'all', 'to the first', 'peak MB'],
    ],
    rows: costs.map(({ one, cost }) => [
      ...[one.keys, one.cgroups, one.groups, one.processes].map(String),
      ...[cost.readMs, cost.attributeMs, cost.publishMs, cost.totalMs].map((ms) => toFixed(ms, 1)),
      toRatio(cost.totalMs, first),
      toFixed(cost.peakMegabytes, 0),
    ]),
    notes: [
      'CPU time, user and system, the median of 15 dumps after 5: the text of one dump as bpftrace prints it is read; its keys are given to app groups, cgroups and services; and an update of all charts is written. Cgroups and processes are directories in a temporary tree. The keys are spread over all cgroups, groups and processes, the same ones in each dump',
      'every chart and dimension is sent in each update, as Netdata wants it, so publishing grows with what exists; all else grows with what changed',
    ],
    leftOut: [],
  };
};
