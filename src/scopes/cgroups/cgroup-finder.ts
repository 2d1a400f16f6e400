import type { CgroupLayout } from '../../host/cgroup-layout.ts';
import { toKernelPath } from '../../host/views/cgroup-part.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { CgroupPaths } from './cgroup-paths.ts';
import { findContainer } from './find-container.ts';
import { ownerOf } from './owner-of.ts';
import type { ProcessCgroups } from './process-cgroups.ts';

/** Finds the cgroup of a task, and knows which cgroups exist. Paths are byte strings. */
export interface CgroupFinder {
  /** `undefined` where it is not known. */
  pathOf(task: TaskKey, nowMs: number): string | undefined;
  /** Of a process that is in /proc; `undefined` where it is gone. */
  pathOfProcess(id: number): string | undefined;
  /** The same in version 2 alone, where that is mounted. */
  v2PathOf(id: number): string | undefined;
  isLive(path: string): boolean;
  /** Whether events are given to this cgroup by what /proc said of their task some time after. */
  isApproximate(path: string): boolean;
}

/** More containers of version 1 than a machine has. */
const MOST_MARKED = 16_384;

/**
 * @param paths - Those of version 2; `undefined` where it is not mounted.
 * @param processes - Those of version 1.
 */
export function openFinder(
  layout: CgroupLayout,
  paths: CgroupPaths | undefined,
  processes: ProcessCgroups,
): CgroupFinder {
  if (paths === undefined) return openV1Finder(layout, processes);
  const part = layout.kind === 'none' ? undefined : layout.part;
  const toPath = (path: string | undefined) =>
    path === undefined ? undefined : toKernelPath(path, part);
  const v2: CgroupFinder = {
    pathOf: (task, nowMs) => paths.pathOf(task, nowMs),
    pathOfProcess: (id) => toPath(processes.read(id)?.v2),
    v2PathOf: (id) => toPath(processes.read(id)?.v2),
    isLive: (path) => paths.isLive(path),
    isApproximate: () => false,
  };
  return layout.kind === 'hybrid' ? openHybridFinder(v2, processes) : v2;
}

/** Where version 2 is not mounted, the kernel's keys hold no cgroup. */
function openV1Finder(layout: CgroupLayout, processes: ProcessCgroups): CgroupFinder {
  const deepest = (id: number) => processes.read(id)?.v1[0];
  const isV1 = layout.kind === 'v1';
  return {
    pathOf: (task, nowMs) => (isV1 ? processes.pathsOf(task, nowMs)[0] : '/'),
    pathOfProcess: deepest,
    v2PathOf: deepest,
    isLive: (path) => (isV1 ? processes.isLive(path) : true),
    isApproximate: () => isV1,
  };
}

/**
 * Version 1 beside version 2: a container may exist in version 1 alone, and then its tasks are in another cgroup of version
 * 2, such as the root or the runtime's service.
 */
function openHybridFinder(v2: CgroupFinder, processes: ProcessCgroups): CgroupFinder {
  const marked = new BoundedMap<string, true>(MOST_MARKED);
  const choose = (own: string | undefined, others: () => readonly string[]) => {
    if (own === undefined || isContainer(own)) return own;
    const chosen = chooseV1(own, others());
    if (chosen === undefined) return own;
    for (const path of [chosen, ownerOf(chosen)]) if (!marked.has(path)) marked.set(path, true);
    return chosen;
  };
  return {
    pathOf: (task, nowMs) => choose(v2.pathOf(task, nowMs), () => processes.pathsOf(task, nowMs)),
    pathOfProcess: (id) => choose(v2.pathOfProcess(id), () => processes.read(id)?.v1 ?? []),
    v2PathOf: v2.v2PathOf,
    isLive: (path) => v2.isLive(path) || processes.isLive(path),
    // Tasks of version 1 that /proc no longer shows count in the root.
    isApproximate: (path) => path === '/' || marked.has(path),
  };
}

/**
 * The cgroup of version 1 to which a task belongs rather than to its cgroup of version 2: a container's, or any that has
 * charts where that of version 2 has none.
 */
export function chooseV1(v2: string, v1: readonly string[]): string | undefined {
  const container = v1.find(isContainer);
  if (container !== undefined) return container;
  return ownerOf(v2) === '/' ? v1.find((path) => ownerOf(path) !== '/') : undefined;
}

/** Asked for each key, of the same few paths: looking for it takes 1-2 µs. */
const containers = new BoundedMap<string, boolean>(MOST_MARKED);

function isContainer(path: string): boolean {
  const known = containers.get(path);
  if (known !== undefined) return known;
  const found = findContainer(ownerOf(path)) !== undefined;
  containers.set(path, found);
  return found;
}
