import type { CgroupLayout } from '../host/cgroup-layout.ts';
import type { HostFacts } from '../host/facts.ts';
import type { CgroupPart } from '../host/views/cgroup-part.ts';
import type { Plan } from '../plan/plan.ts';
import { readKin, readProcess as readProcessBelow } from '../procfs/process.ts';
import { readProcessIds } from '../procfs/process-ids.ts';
import { readText } from '../procfs/read-text.ts';
import type { TaskKey } from '../program/key/parse.ts';
import { type InstalledNetdata, readAppGroups } from './apps/read-app-groups.ts';
import { Attributor } from './attributor.ts';
import { openFinder } from './cgroups/cgroup-finder.ts';
import { CgroupPaths } from './cgroups/cgroup-paths.ts';
import { monitorOf } from './cgroups/find-container.ts';
import { NetdataShm } from './cgroups/netdata-shm.ts';
import { ProcessCgroups } from './cgroups/process-cgroups.ts';
import { CgroupResolver } from './cgroups/resolve-cgroup.ts';
import { REST } from './cgroups/resolved-cgroup.ts';
import { ContainerNames } from './cgroups/runtimes/container-names.ts';
import { listShmOwners } from './cgroups/shm-owners.ts';
import { Descent } from './narrow/descent.ts';
import { NarrowedScopes } from './narrow/narrowed-scopes.ts';
import type { Wanted } from './narrow/wanted.ts';
import { GoneProcesses } from './tasks/gone-processes.ts';
import { KnownTasks } from './tasks/known.ts';
import { ProcessTree } from './tasks/tree.ts';

/** What says to whom an event belongs on this machine. */
export interface Attribution {
  readonly attributor: Attributor;
  readonly tree: ProcessTree;
  /** `undefined` where cgroup v2 is not mounted: then the kernel's keys hold no cgroup. */
  readonly cgroups:
    | { readonly mount: string; readonly part?: CgroupPart; readonly paths: CgroupPaths }
    | undefined;
  /** The path of the cgroup of version 2 in which a process of /proc is, a byte string; `undefined` where it is gone. */
  pathOfProcess(id: number): string | undefined;
  /** What is wrong with the list of app groups, one sentence each, with file and line. */
  readonly problems: readonly string[];
  /** What those did that a view is narrowed to; `undefined` where it is not. */
  readonly narrowed: NarrowedScopes | undefined;
}

/**
 * Get ready to attribute.
 *
 * @param facts - How cgroups are mounted on this machine, and which processes /proc shows.
 * @param files.configDirectories - Where `apps_groups.conf` is looked for, in this order; our own list where it is in none.
 * @param files.netdata - The Netdata as which the list is read.
 * @param files.root - Where the machine's file tree starts; empty but for fixtures.
 */
export function openAttribution(
  plan: Plan,
  { cgroups: layout, processes }: Pick<HostFacts, 'cgroups' | 'processes'>,
  {
    configDirectories,
    netdata,
    root,
    wanted,
  }: {
    readonly configDirectories: readonly string[];
    readonly netdata?: InstalledNetdata | undefined;
    readonly root: string;
    readonly wanted?: Wanted | undefined;
  },
  onKey: (key: TaskKey, count: number, nowMs: number, isWanted: boolean) => void,
): Attribution {
  const { groups, problems } = readAppGroups(configDirectories, netdata);
  const readProcess = (id: number) => readProcessBelow(id, processes.root);
  const tree = new ProcessTree(groups, readProcess);
  const cgroups = 'v2Mount' in layout ? openCgroups(layout.v2Mount, layout.part) : undefined;
  const inProc = new ProcessCgroups('v1Mounts' in layout ? layout.v1Mounts : [], (id) =>
    readText(`${processes.root}/proc/${id}/cgroup`),
  );
  const finder = openFinder(layout, cgroups?.paths, inProc);
  const isCgroupLive = (path: string) => isLiveOrMonitored(path, finder.isLive);
  const shm = new NetdataShm(root, listMounts(layout), listShmOwners(root, configDirectories));
  const names = new ContainerNames(root, listMounts(layout), processes.root);
  const resolver = new CgroupResolver({ isLive: isCgroupLive, shm, names });
  const knownTasks = plan.keying?.by === 'ids' ? new KnownTasks(readProcess) : undefined;
  const memories = [
    ...('v1Mounts' in layout ? [inProc] : []),
    ...(knownTasks === undefined ? [] : [knownTasks]),
  ];
  const gone = new GoneProcesses(
    // Nobody is known to be gone who may only be hidden.
    processes.sees === 'all' ? memories : [],
    () => readProcessIds(processes.root),
  );
  const placeOf = (path: string, nowMs: number) => resolver.resolve(path, nowMs);
  const narrowed =
    wanted &&
    new NarrowedScopes({
      wanted,
      plan,
      descent:
        wanted.pid === undefined
          ? undefined
          : new Descent(wanted.pid, (id, nowMs) => tree.parentOf(id, nowMs)),
      pathOf: (id, nowMs) => cgroups?.paths.lookUp(id, nowMs),
      readKin: (id) => readKin(id, processes.root),
      placeOf,
    });
  const attributor = new Attributor({
    plan,
    tree,
    cgroupOf: (task, nowMs) => resolver.resolve(finder.pathOf(task, nowMs), nowMs),
    placeOf,
    pathOfProcess: finder.pathOfProcess,
    isCgroupLive,
    isApproximate: finder.isApproximate,
    hiddenApps: groups.hidden,
    knownTasks,
    onTaken: (nowMs) => gone.sweep(nowMs),
    onCgroupEvent: (event) =>
      event.kind === 'made'
        ? cgroups?.paths.learn(event.id, event.path, event.isCut)
        : cgroups?.paths.forget(event.id),
    onKey: (key, count, nowMs, owner) =>
      onKey(key, count, nowMs, narrowed?.take(key, count, nowMs, owner) ?? true),
  });
  return { attributor, tree, cgroups, pathOfProcess: finder.v2PathOf, problems, narrowed };
}

/**
 * Whether a cgroup exists. The events of a container's monitor count as the container's, and what is told of many cgroups
 * together never ends.
 */
function isLiveOrMonitored(path: string, isLive: (path: string) => boolean): boolean {
  const monitor = monitorOf(path);
  return path === REST.path || isLive(path) || (monitor !== undefined && isLive(monitor));
}

function openCgroups(
  mount: string,
  part: CgroupPart | undefined,
): NonNullable<Attribution['cgroups']> {
  const seen = part === undefined ? {} : { part };
  return {
    mount,
    ...seen,
    paths: new CgroupPaths(mount, part === undefined ? '' : (part.top ?? null)),
  };
}

function listMounts(layout: CgroupLayout): string[] {
  if (layout.kind === 'none') return [];
  return [...('v2Mount' in layout ? [layout.v2Mount] : []), ...layout.v1Mounts];
}
