import { readFileSync } from 'node:fs';
import type { CgroupLayout } from '../host/cgroup-layout.ts';
import type { Plan } from '../plan/plan.ts';
import { readProcess } from '../procfs/process.ts';
import { readUnreaped } from '../procfs/zombies.ts';
import type { TaskKey } from '../program/key/parse.ts';
import { DEFAULT_APP_GROUPS } from './apps/default-app-groups.ts';
import { parseAppGroups } from './apps/parse-app-groups.ts';
import { Attributor, type AttributorOptions } from './attributor.ts';
import { CgroupPaths } from './cgroups/cgroup-paths.ts';
import { NetdataShm } from './cgroups/netdata-shm.ts';
import { ProcessCgroups } from './cgroups/process-cgroups.ts';
import { CgroupResolver } from './cgroups/resolve-cgroup.ts';
import { KnownTasks } from './tasks/known.ts';
import { ProcessTree } from './tasks/tree.ts';

/** Everything that says to whom an event belongs, on this machine. */
export interface Attribution {
  readonly attributor: Attributor;
  readonly tree: ProcessTree;
  /** `undefined` where cgroup v2 is not mounted: then the kernel's keys hold no cgroup. */
  readonly cgroups: { readonly mount: string; readonly paths: CgroupPaths } | undefined;
  /** Whether a cgroup with this path exists, as far as is known. */
  isCgroupLive(path: string): boolean;
  /** App groups that their user does not want to see drawn. */
  readonly hiddenApps: ReadonlySet<string>;
  /** What is wrong with the list of app groups, one sentence each, with file and line. */
  readonly problems: readonly string[];
}

/**
 * Get ready to attribute.
 *
 * @param layout - How cgroups are mounted on this machine.
 * @param configDirectories - Where `apps_groups.conf` is looked for, in this order; our own list where it is in none.
 */
export function openAttribution(
  plan: Plan,
  layout: CgroupLayout,
  configDirectories: readonly string[],
  onKey?: (key: TaskKey, count: number, nowMs: number) => void,
): Attribution {
  const { groups, problems } = readAppGroups(configDirectories);
  const tree = new ProcessTree(groups, readProcess);
  const cgroups = 'v2Mount' in layout ? openCgroups(layout.v2Mount) : undefined;
  const finder = cgroups?.paths ?? openFinder(layout);
  const isCgroupLive = (path: string) => finder.isLive(path);
  const shm = new NetdataShm('', listMounts(layout));
  const resolver = new CgroupResolver({ isLive: isCgroupLive, shm });
  const attributor = new Attributor({
    tree,
    cgroupOf: (task, nowMs) => resolver.resolve(finder.pathOf(task, nowMs), nowMs),
    placeOf: (path, nowMs) => resolver.resolve(path, nowMs),
    releasesBy: releasesBy(plan),
    readUnreaped,
    knownTasks: plan.keying?.by === 'ids' ? new KnownTasks(readProcess) : undefined,
    onCgroupEvent: (event) =>
      event.kind === 'made'
        ? cgroups?.paths.learn(event.id, event.path)
        : cgroups?.paths.forget(event.id),
    ...(onKey === undefined ? {} : { onKey }),
  });
  return {
    attributor,
    tree,
    hiddenApps: groups.hidden,
    cgroups,
    isCgroupLive,
    problems,
  };
}

/** Finds the cgroup of a task, and knows which cgroups exist. */
interface CgroupFinder {
  pathOf(task: TaskKey, nowMs: number): string | undefined;
  isLive(path: string): boolean;
}

function openCgroups(mount: string): NonNullable<Attribution['cgroups']> {
  return { mount, paths: new CgroupPaths(mount) };
}

/** Without version 2. */
function openFinder(layout: CgroupLayout): CgroupFinder {
  if (layout.kind === 'v1') return new ProcessCgroups(layout.v1Mounts);
  return { pathOf: () => '/', isLive: () => true };
}

function listMounts(layout: CgroupLayout): string[] {
  if (layout.kind === 'none') return [];
  return [...('v2Mount' in layout ? [layout.v2Mount] : []), ...layout.v1Mounts];
}

function releasesBy({ keying }: Plan): AttributorOptions['releasesBy'] {
  if (keying?.by === 'ids') return 'id';
  return keying?.remembersEnding ? 'tag' : 'task';
}

function readAppGroups(directories: readonly string[]) {
  for (const directory of directories) {
    const file = `${directory}/apps_groups.conf`;
    const text = readIfThere(file);
    if (text === undefined) continue;
    const { groups, problems } = parseAppGroups(text);
    return {
      groups,
      problems: problems.map(({ line, sentence }) => `${file}:${line}: ${sentence}`),
    };
  }
  return { groups: parseAppGroups(DEFAULT_APP_GROUPS).groups, problems: [] };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // Not there, or not for us: the next directory may have one.
    return undefined;
  }
}
