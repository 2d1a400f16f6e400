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

/** Longest time for reading all limits, in milliseconds: a page waits for it. 10,000 cgroups take about as long. */
const MOST_MS = 400;

interface Usage {
  readonly path: string;
  readonly limit: number;
  readonly used: number;
}

/** Cgroups that are near their own pids.max, the fullest first, and how many have not been looked at in time. */
export function findFullCgroups(
  places: PidsPlaces,
  tasks: Tasks | undefined,
  mostMs = MOST_MS,
): { readonly near: NearLimit[]; readonly left: number } {
  const { hierarchy } = places;
  const { full, left } = readUsage(places, mostMs);
  const near = full
    .sort((a, b) => b.used / b.limit - a.used / a.limit)
    .slice(0, MOST_ASKED)
    .map(
      ({ path, limit, used }): NearLimit => ({
        cause: 'cgroup_pids',
        name: `${hierarchy.mount}${path}/pids.max`,
        limit,
        used,
        holder: null,
        filler: tasks === undefined ? null : findFiller(listInside(places, path, tasks)),
      }),
    );
  return { near, left };
}

function readUsage(
  { hierarchy, paths }: PidsPlaces,
  mostMs: number,
): { full: Usage[]; left: number } {
  const untilMs = performance.now() + mostMs;
  const full: Usage[] = [];
  let looked = 0;
  for (const path of ['', ...paths]) {
    if (performance.now() > untilMs) break;
    looked += 1;
    const usage = readPidsLimit(hierarchy, path);
    if (usage === undefined || usage.limit < LEAST_LIMIT) continue;
    if (usage.used >= usage.limit * LEAST_SHARE) full.push({ path, ...usage });
  }
  return { full, left: paths.length + 1 - looked };
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
