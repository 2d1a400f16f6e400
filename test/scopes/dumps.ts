import type { Dump } from '../../src/bpftrace/dumps.ts';
import type { MapCounts } from '../../src/counters/map-counts.ts';
import { parseAppGroups } from '../../src/scopes/apps/parse-app-groups.ts';
import { Attributor, type AttributorOptions } from '../../src/scopes/attributor.ts';
import type { ResolvedCgroup } from '../../src/scopes/cgroups/resolve-cgroup.ts';
import { ProcessTree } from '../../src/scopes/tasks/tree.ts';
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
  const { groups } = parseAppGroups('shell: sh bash\nweb: nginx*');
  return new Attributor({
    tree: new ProcessTree(groups, () => undefined),
    cgroupOf: ({ cgroup }) => placeOf(cgroup),
    placeOf: (path) => placeOf(/\d+/.exec(path)?.[0] ?? '1'),
    releasesBy: 'task',
    readUnreaped: () => [],
    ...different,
  });
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

/** Counts as plain data, errors by errno as `error:ERRNO`. */
export function toRecord({ maps, errors }: MapCounts): Record<string, number> {
  return {
    ...Object.fromEntries(maps),
    ...Object.fromEntries([...errors].map(([errno, count]) => [`error:${errno}`, count])),
  };
}

export function sumCounts(parts: Iterable<MapCounts>): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const part of parts) {
    for (const [counter, count] of Object.entries(toRecord(part))) {
      sum[counter] = (sum[counter] ?? 0) + count;
    }
  }
  return sum;
}
