import type { Counters } from '../../src/counters/counters.ts';
import type { Totals } from '../../src/counters/totals.ts';
import type { AppState, CgroupState, ScopesState } from '../../src/scopes/state.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { exactly, NO_COUNTERS, NO_LOSS } from '../builders.ts';

export function buildCounts(different: Partial<Counters> = {}): Counters {
  return { ...NO_COUNTERS, ...different };
}

/** The kernel's own number of created tasks, known exactly. */
export function buildKernel(created: number): Totals['kernel'] {
  return { created: exactly(created), released: exactly(0), zombies: null };
}

export function buildApp(name: string, counters: Partial<Counters> = {}): AppState {
  return { name, isHidden: false, counters: buildCounts(counters) };
}

/** A cgroup by its path; a service where that says so. */
export function buildCgroup(
  path: string,
  counters: Partial<Counters> = {},
  different: Partial<Omit<CgroupState, 'counters' | 'path'>> = {},
): CgroupState {
  const name = path.replace(/^.*\//, '').replace(/\.service$/, '');
  const kind = path === '/' ? 'root' : path.endsWith('.service') ? 'service' : 'cgroup';
  const chartType = `${kind === 'service' ? 'systemd' : 'cgroup'}_${name || '_'}`;
  const isSettled = different.isSettled ?? true;
  return {
    key: isSettled ? chartType : path,
    kind,
    name,
    chartType,
    path,
    isSettled,
    isRenamed: false,
    isLive: true,
    isApproximate: false,
    counters: buildCounts(counters),
    ...different,
  };
}

export function buildScopes(different: Partial<ScopesState> = {}): ScopesState {
  return {
    apps: [],
    cgroups: [],
    dropped: buildCounts(),
    unattributed: buildCounts(),
    ...different,
  };
}

/** A snapshot whose dump was cut just when its period began. */
export function buildSnapshot(totals: Totals, scopes: ScopesState | null = null): Snapshot {
  return {
    wallMs: 0,
    totals: { ...totals, kernelNs: totals.period * 1e9 },
    scopes,
    command: null,
    loss: NO_LOSS,
    diagnosis: null,
  };
}
