import { toCount } from '../../procfs/count.ts';
import { readText } from '../../procfs/read-text.ts';
import { toBuffer } from '../failed-forks/controller.ts';
import { readPidsLimit } from '../failed-forks/pids-hierarchy.ts';
import type { PidsPlaces } from '../failed-forks/pids-hits.ts';
import { LEAST_LIMIT, LEAST_SHARE, type NearLimit } from './near-limits.ts';
import { findFiller, type Tasks } from './tasks.ts';

/** Cgroups below one that is full in which is looked for who fills it, and processes in them. */
const MOST_INSIDE = 1_000;

/** Full cgroups of which that is asked. */
const MOST_ASKED = 20;

/** Cgroups that are near their own pids.max, the fullest first. */
export function findFullCgroups(places: PidsPlaces, tasks: Tasks | undefined): NearLimit[] {
  const { hierarchy, paths } = places;
  return ['', ...paths]
    .flatMap((path) => {
      const usage = readPidsLimit(hierarchy, path);
      const isNear =
        usage !== undefined &&
        usage.limit >= LEAST_LIMIT &&
        usage.used >= usage.limit * LEAST_SHARE;
      return isNear ? [{ path, ...usage }] : [];
    })
    .sort((a, b) => b.used / b.limit - a.used / a.limit)
    .slice(0, MOST_ASKED)
    .map(({ path, limit, used }) => ({
      cause: 'cgroup_pids',
      name: `${hierarchy.mount}${path}/pids.max`,
      limit,
      used,
      holder: null,
      filler: tasks === undefined ? null : findFiller(listInside(places, path, tasks)),
    }));
}

function listInside({ hierarchy, paths }: PidsPlaces, path: string, { list }: Tasks) {
  const below = paths.filter((other) => other.startsWith(`${path}/`));
  const ids = new Set(
    [path, ...below].slice(0, MOST_INSIDE).flatMap((one) => {
      // Of a threaded cgroup the file cannot be read.
      const procs = readText(toBuffer(`${hierarchy.mount}${one}/cgroup.procs`)) ?? '';
      return procs.split('\n').slice(0, MOST_INSIDE).map(toCount);
    }),
  );
  return list.filter(({ id }) => ids.has(id));
}
