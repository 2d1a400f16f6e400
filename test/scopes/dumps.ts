import type { Dump } from '../../src/bpftrace/dumps.ts';
import type { Counters } from '../../src/counters/counters.ts';
import { type Totals, TotalsBuilder } from '../../src/counters/totals.ts';
import { DIALECTS } from '../../src/scopes/apps/dialect.ts';
import { parseAppGroups } from '../../src/scopes/apps/parse-app-groups.ts';
import { Attributor, type AttributorOptions } from '../../src/scopes/attributor.ts';
import type { ResolvedCgroup } from '../../src/scopes/cgroups/resolved-cgroup.ts';
import { ProcessTree } from '../../src/scopes/tasks/tree.ts';
import { countZombieGrowth, type ZombieChange } from '../../src/scopes/zombie-change.ts';
import { buildPlanFor, exactly } from '../builders.ts';
import { encodeKey, type KeyParts } from './keys.ts';

/** What one dump holds, in short: totals since the start of its bpftrace, and the keys since the dump before. */
export interface DumpParts {
  readonly kernelNs?: number;
  readonly scalars?: Readonly<Record<string, number>>;
  readonly errors?: Readonly<Record<string, number>>;
  /** Where keys hold a process id alone, by that. */
  readonly parents?: Readonly<Record<string, number>>;
  readonly comms?: Readonly<Record<string, string>>;
  readonly cgroupEvents?: Dump['cgroupEvents'];
  readonly keys?: readonly (readonly [key: string | KeyParts, count: number])[];
}

export function buildDump({
  kernelNs = 0,
  scalars = {},
  errors,
  keys = [],
  parents,
  comms,
  cgroupEvents = [],
}: DumpParts): Dump {
  const texts = keys.map(([key, count]): [string, number] => [
    typeof key === 'string' ? key : encodeKey(key),
    count,
  ]);
  return {
    period: 0,
    kernelNs,
    scalars: new Map(Object.entries(scalars)),
    keyed: new Map([
      ...(errors === undefined ? [] : [['error', new Map(Object.entries(errors))] as const]),
      ...(texts.length === 0 ? [] : [['keys', new Map(texts)] as const]),
      ...(parents === undefined ? [] : [['parents', new Map(Object.entries(parents))] as const]),
    ]),
    names: new Map(comms === undefined ? [] : [['comms', new Map(Object.entries(comms))]]),
    cgroupEvents,
  };
}

/** Cgroup 1 is the root, those from 100 on are services; nobody is alive in /proc. */
export function buildAttributor(different: Partial<AttributorOptions> = {}): Attributor {
  const { groups } = parseAppGroups('shell: sh bash\nweb: nginx*', DIALECTS.own);
  return new Attributor({
    plan: buildPlanFor(),
    tree: new ProcessTree(groups, () => undefined),
    cgroupOf: ({ cgroup }) => placeOf(cgroup),
    placeOf: (path) => placeOf(/\d+/.exec(path)?.[0] ?? '1'),
    // A zombie's id is that of its cgroup.
    pathOfProcess: (id) => `/c${id}`,
    isCgroupLive: () => true,
    ...different,
  });
}

/** Takes dumps as a session does, each with the totals that it leads to. */
export class Taker {
  readonly #attributor: Attributor;
  readonly #totals: TotalsBuilder;

  constructor(attributor: Attributor, plan = buildPlanFor()) {
    this.#attributor = attributor;
    this.#totals = new TotalsBuilder(plan);
  }

  /** @param released - The kernel's released tasks since the start; `undefined` where it is not asked. */
  take(
    parts: DumpParts,
    {
      run = 0,
      nowMs = 0,
      released,
      zombies,
      misses,
    }: {
      readonly run?: number;
      readonly nowMs?: number;
      readonly released?: number;
      readonly zombies?: ZombieChange;
      readonly misses?: Readonly<Record<string, number>>;
    } = {},
  ): Totals {
    const dump = buildDump(parts);
    const tasks =
      released === undefined ? undefined : { created: exactly(0), released: exactly(released) };
    const totals = this.#totals.next(
      { dump, run, misses: misses && new Map(Object.entries(misses)), tasks },
      zombies === undefined ? null : countZombieGrowth(zombies),
    );
    this.#attributor.take(dump, totals, nowMs, zombies);
    return totals;
  }
}

function placeOf(id: string): ResolvedCgroup {
  const isSettled = true;
  if (id === '1') {
    return { kind: 'root', name: 'root', chartType: 'cgroup_root', path: '/', isSettled };
  }
  return Number(id) < 100
    ? { kind: 'cgroup', name: `c${id}`, chartType: `cgroup_c${id}`, path: `/c${id}`, isSettled }
    : {
        kind: 'service',
        name: `s${id}`,
        chartType: `systemd_s${id}`,
        path: `/system.slice/s${id}.service`,
        isSettled,
      };
}

/** Counters that are not 0, as plain data; errors by errno as `error:ERRNO`. */
export function toRecord({ errors, ...scalars }: Counters): Record<string, number> {
  const entries = [
    ...Object.entries(scalars),
    ...Object.entries(errors ?? {}).map(([errno, count]) => [`error:${errno}`, count] as const),
  ];
  return Object.fromEntries(entries.flatMap(([name, count]) => (count ? [[name, count]] : [])));
}

export function sumCounters(parts: Iterable<Counters>): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const part of parts) {
    for (const [counter, count] of Object.entries(toRecord(part))) {
      sum[counter] = (sum[counter] ?? 0) + count;
    }
  }
  return sum;
}
