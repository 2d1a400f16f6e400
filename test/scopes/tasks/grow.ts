import type { LiveProcess } from '../../../src/procfs/process.ts';
import { DIALECTS } from '../../../src/scopes/apps/dialect.ts';
import { parseAppGroups } from '../../../src/scopes/apps/parse-app-groups.ts';
import { ProcessTree } from '../../../src/scopes/tasks/tree.ts';

/** A tree above a /proc of these processes, with this list of app groups; and when each was read. */
export function grow(
  list: string,
  start: Readonly<Record<number, Partial<LiveProcess>>>,
  dialect: keyof typeof DIALECTS = 'own',
) {
  const processes = new Map(
    Object.entries(start).map(([id, process]) => [Number(id), live(process)]),
  );
  const reads = { nowMs: 0, times: new Map<number, number[]>() };
  const { groups } = parseAppGroups(list, DIALECTS[dialect]);
  const tree = new ProcessTree(groups, (id) => {
    reads.times.set(id, [...(reads.times.get(id) ?? []), reads.nowMs]);
    return processes.get(id);
  });
  return { tree, processes, reads };
}

export function live(process: Partial<LiveProcess>): LiveProcess {
  return { parent: 1, comm: 'sh', cmdline: '', startTicks: 1, ...process };
}
