import type { CgroupLayout } from '../host/cgroup-layout.ts';
import type { Plan } from '../plan/plan.ts';
import { readChildren } from '../procfs/children.ts';
import { readProcess as readProcessBelow } from '../procfs/process.ts';
import { readText } from '../procfs/read-text.ts';
import type { TaskKey } from '../program/key/parse.ts';
import { type InstalledNetdata, readAppGroups } from './apps/read-app-groups.ts';
import { Attributor } from './attributor.ts';
import { CgroupPaths } from './cgroups/cgroup-paths.ts';
import { monitorOf } from './cgroups/find-container.ts';
import { NetdataShm } from './cgroups/netdata-shm.ts';
import { findDeepest, ProcessCgroups } from './cgroups/process-cgroups.ts';
import { CgroupResolver, REST } from './cgroups/resolve-cgroup.ts';
import { ContainerNames } from './cgroups/runtimes/container-names.ts';
import { KnownTasks } from './tasks/known.ts';
import { ProcessTree } from './tasks/tree.ts';

/** What says to whom an event belongs on this machine. */
export interface Attribution {
  readonly attributor: Attributor;
  readonly tree: ProcessTree;
  /** `undefined` where cgroup v2 is not mounted: then the kernel's keys hold no cgroup. */
  readonly cgroups: { readonly mount: string; readonly paths: CgroupPaths } | undefined;
  /** The path of the cgroup in which a process of /proc is, a byte string; `undefined` where it is gone. */
  pathOfProcess(id: number): string | undefined;
  /** What is wrong with the list of app groups, one sentence each, with file and line. */
  readonly problems: readonly string[];
}

/**
 * Get ready to attribute.
 *
 * @param layout - How cgroups are mounted on this machine.
 * @param files.configDirectories - Where `apps_groups.conf` is looked for, in this order; our own list where it is in none.
 * @param files.netdata - The Netdata as which the list is read.
 * @param files.root - Where the machine's file tree starts; empty but for fixtures.
 */
export function openAttribution(
  plan: Plan,
  layout: CgroupLayout,
  {
    configDirectories,
    netdata,
    root,
  }: {
    readonly configDirectories: readonly string[];
    readonly netdata?: InstalledNetdata | undefined;
    readonly root: string;
  },
  onKey: (key: TaskKey, count: number, nowMs: number) => void,
): Attribution {
  const { groups, problems } = readAppGroups(configDirectories, netdata);
  const readProcess = (id: number) => readProcessBelow(id, root);
  const tree = new ProcessTree(groups, {
    readProcess,
    readChildren: (id) => readChildren(id, root),
  });
  const cgroups = 'v2Mount' in layout ? openCgroups(layout.v2Mount) : undefined;
  const finder = cgroups?.paths ?? openFinder(layout);
  const isCgroupLive = (path: string) => isLiveOrMonitored(path, (each) => finder.isLive(each));
  const pathOfProcess = (id: number) =>
    readCgroupOf(`${root}/proc/${id}/cgroup`, 'v2Mount' in layout);
  const shm = new NetdataShm(root, listMounts(layout));
  const names = new ContainerNames(root, listMounts(layout));
  const resolver = new CgroupResolver({ isLive: isCgroupLive, shm, names });
  const attributor = new Attributor({
    plan,
    tree,
    cgroupOf: (task, nowMs) => resolver.resolve(finder.pathOf(task, nowMs), nowMs),
    placeOf: (path, nowMs) => resolver.resolve(path, nowMs),
    pathOfProcess,
    isCgroupLive,
    hiddenApps: groups.hidden,
    knownTasks: plan.keying?.by === 'ids' ? new KnownTasks(readProcess) : undefined,
    onCgroupEvent: (event) =>
      event.kind === 'made'
        ? cgroups?.paths.learn(event.id, event.path, event.isCut)
        : cgroups?.paths.forget(event.id),
    onKey,
  });
  return { attributor, tree, cgroups, pathOfProcess, problems };
}

/**
 * Whether a cgroup exists. The events of a container's monitor count as the container's, and what is told of many cgroups
 * together never ends.
 */
function isLiveOrMonitored(path: string, isLive: (path: string) => boolean): boolean {
  const monitor = monitorOf(path);
  return path === REST.path || isLive(path) || (monitor !== undefined && isLive(monitor));
}

/** Finds the cgroup of a task, and knows which cgroups exist. */
interface CgroupFinder {
  pathOf(task: TaskKey, nowMs: number): string | undefined;
  isLive(path: string): boolean;
}

function openCgroups(mount: string): NonNullable<Attribution['cgroups']> {
  return { mount, paths: new CgroupPaths(mount) };
}

/** Finds cgroups where version 2 is not mounted. */
function openFinder(layout: CgroupLayout): CgroupFinder {
  if (layout.kind === 'v1') return new ProcessCgroups(layout.v1Mounts);
  return { pathOf: () => '/', isLive: () => true };
}

function listMounts(layout: CgroupLayout): string[] {
  if (layout.kind === 'none') return [];
  return [...('v2Mount' in layout ? [layout.v2Mount] : []), ...layout.v1Mounts];
}

/** The kernel writes ` (deleted)` behind the path of a zombie whose cgroup was removed. */
function readCgroupOf(file: string, hasV2: boolean): string | undefined {
  const text = readText(file) ?? '';
  const path = hasV2 ? /^0::(.*)$/m.exec(text)?.[1] : findDeepest(text);
  return path?.replace(/ \(deleted\)$/, '');
}
