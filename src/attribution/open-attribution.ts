import { readFileSync } from 'node:fs';
import type { Plan } from '../plan/plan.ts';
import { DEFAULT_APP_GROUPS } from './apps/default-app-groups.ts';
import { parseAppGroups } from './apps/parse-app-groups.ts';
import { Attributor, type AttributorOptions } from './attributor.ts';
import { readCgroupLayout } from './cgroups/cgroup-layout.ts';
import { CgroupPaths } from './cgroups/cgroup-paths.ts';
import { NetdataShm } from './cgroups/netdata-shm.ts';
import { CgroupResolver, type ResolvedCgroup } from './cgroups/resolve-cgroup.ts';
import { KnownTasks } from './known-tasks.ts';
import { ProcessTree } from './process-tree.ts';
import { readProcess } from './read-process.ts';
import type { TaskKey } from './task-key.ts';
import { readUnreaped } from './unreaped.ts';

/** Everything that says to whom an event belongs, on this machine. */
export interface Attribution {
  readonly attributor: Attributor;
  readonly tree: ProcessTree;
  /** `undefined` where cgroup v2 is not mounted: then the kernel's keys hold no cgroup. */
  readonly cgroups: { readonly mount: string; readonly paths: CgroupPaths } | undefined;
  /** App groups that their user does not want to see drawn. */
  readonly hiddenApps: ReadonlySet<string>;
  /** What is wrong with the list of app groups, one sentence each, with file and line. */
  readonly problems: readonly string[];
}

/** Where every task is that has no cgroup v2. */
const NO_CGROUP: ResolvedCgroup = {
  kind: 'root',
  name: 'root',
  chartType: 'cgroup__',
  path: '/',
  isSettled: true,
};

/**
 * Get ready to attribute.
 *
 * @param configDirectories - Where `apps_groups.conf` is looked for, in this order; our own list where it is in none.
 */
export function openAttribution(
  plan: Plan,
  configDirectories: readonly string[],
  onKey?: (key: TaskKey, count: number, nowMs: number) => void,
): Attribution {
  const { groups, problems } = readAppGroups(configDirectories);
  const tree = new ProcessTree(groups, readProcess);
  const layout = readCgroupLayout('');
  const mount = 'v2Mount' in layout ? layout.v2Mount : undefined;
  const mounts = [mount, ...('v1Mounts' in layout ? layout.v1Mounts : [])].filter(isThere);
  const paths = mount === undefined ? undefined : new CgroupPaths(mount);
  const resolver =
    paths === undefined
      ? undefined
      : new CgroupResolver({ paths, shm: new NetdataShm('', mounts) });
  const attributor = new Attributor({
    tree,
    cgroupOf: (id, nowMs) => resolver?.resolve(id, nowMs) ?? NO_CGROUP,
    placeOf: (path, nowMs) => resolver?.resolvePath(path, nowMs) ?? NO_CGROUP,
    releasesBy: releasesBy(plan),
    readUnreaped,
    knownTasks: plan.keying?.by === 'ids' ? new KnownTasks(readProcess) : undefined,
    onCgroupEvent: (event) =>
      event.kind === 'made' ? paths?.learn(event.id, event.path) : paths?.forget(event.id),
    ...(onKey === undefined ? {} : { onKey }),
  });
  return {
    attributor,
    tree,
    hiddenApps: groups.hidden,
    cgroups: mount === undefined || paths === undefined ? undefined : { mount, paths },
    problems,
  };
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

function isThere(mount: string | undefined): mount is string {
  return mount !== undefined;
}
