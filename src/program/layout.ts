import { isAttached, type Plan } from '../plan/plan.ts';
import { CGROUPS, CLEARED, COMMS, HALVES, type Half, KEYS, OWN, PARENTS } from './double-buffer.ts';

/**
 * What a map holds: `count` one number, `counts` numbers by key, `ids` process ids by process id, `names` names by
 * process id, `cgroups` words of paths (see `cgroups.ts`).
 */
export type MapContent = 'count' | 'counts' | 'ids' | 'names' | 'cgroups';

/** One map that a dump prints. */
export interface MapLayout {
  /** What the code calls it. */
  readonly name: string;
  /** What the program and the kernel call it, without `@`. */
  readonly alias: string;
  /** The half of the double buffer that it belongs to; absent where there is no double buffer. */
  readonly half?: Half;
  readonly holds: MapContent;
  /** The last part of each key is the CPU that counted; whoever reads the map adds the CPUs up. */
  readonly endsWithCpu: boolean;
}

/** The maps that a program's dumps print, by alias, in print order. */
export type ProgramLayout = ReadonlyMap<string, MapLayout>;

/**
 * What the program calls each map. The kernel keeps 15 characters of a name, of which bpftrace takes `AT_` and a half
 * `_a`: these have 10 at most, so that a map can be found by its name in the kernel.
 */
const ALIASES: Readonly<Record<string, string>> = {
  process_created: 'new_proc',
  thread_created: 'new_thread',
  exec: 'exec',
  thread_exec: 'exec_other',
  process_exited: 'end_proc',
  thread_exited: 'end_thread',
  leader_exited: 'end_first',
  other_exited: 'end_other',
  error: 'error',
  filtered: 'filtered',
  [KEYS]: 'keys',
  [PARENTS]: 'parents',
  [COMMS]: 'comms',
  [CGROUPS]: 'cgroups',
  [OWN]: 'own',
};

const CONTENTS: Readonly<Record<string, MapContent>> = {
  error: 'counts',
  [KEYS]: 'counts',
  [PARENTS]: 'ids',
  [COMMS]: 'names',
  [CGROUPS]: 'cgroups',
  [OWN]: 'counts',
};

/** The alias of a map; of one half of it where there is a double buffer. */
export function aliasOf(name: string, half: Half | undefined): string {
  const alias = ALIASES[name] ?? name;
  return half === undefined ? alias : `${alias}_${half}`;
}

/** Every map that the program of a plan prints. */
export function buildLayout(plan: Plan): ProgramLayout {
  const counters = plan.events.filter(isAttached).flatMap(({ maps }) => maps);
  const { keying } = plan;
  const names = [
    ...counters,
    ...(keying === null ? [] : [KEYS]),
    ...(keying?.by === 'ids' ? [PARENTS, COMMS] : []),
    ...(keying?.cgroupEvents ? [CGROUPS] : []),
    ...(plan.hasCommand ? [OWN] : []),
  ];
  const halves = keying === null ? [undefined] : HALVES;
  const maps = halves.flatMap((half) => names.map((name) => buildMap(name, half, plan)));
  return new Map(maps.map((map) => [map.alias, map]));
}

function buildMap(name: string, half: Half | undefined, plan: Plan): MapLayout {
  const holds = CONTENTS[name] ?? 'count';
  return {
    name,
    alias: aliasOf(name, half),
    ...(half === undefined ? {} : { half }),
    holds,
    endsWithCpu: countsByCpu(holds, plan),
  };
}

/** Whether keys end with the CPU, so that two CPUs never count under one; see `Plan.tables` and `Plan.losesNewKeys`. */
export function countsByCpu(
  holds: MapContent,
  { tables, losesNewKeys }: Pick<Plan, 'tables' | 'losesNewKeys'>,
): boolean {
  switch (holds) {
    case 'count':
      return tables === 'central';
    case 'counts':
      return tables === 'central' || losesNewKeys;
    default:
      return false;
  }
}

/** Whether the keys of a map are cleared after each print. */
export function isCleared(name: string): boolean {
  return CLEARED.includes(name);
}
