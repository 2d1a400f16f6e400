import { decodeOctal, type Mount, parseMountinfo } from '../procfs/mounts.ts';
import { readText } from '../procfs/read-text.ts';
import { type CgroupPart, findPart, isOpenWholeTree, isWholeTree } from './views/cgroup-part.ts';
import { type Place, readNamespaces } from './views/namespaces.ts';
import { NOWHERE, type ProcessView } from './views/processes.ts';

/**
 * How cgroups are mounted. The kernel's cgroup ids are those of version 2; with version 1 alone every task has id 1.
 *
 * `unified`: version 2 on `/sys/fs/cgroup`. `hybrid`: beside version 1, mostly on `/sys/fs/cgroup/unified`.
 * Mount points are byte strings, without the root they were read under.
 */
export type CgroupLayout =
  | {
      readonly kind: 'unified' | 'hybrid';
      readonly v2Mount: string;
      readonly v1Mounts: readonly string[];
      /** Absent where the whole tree is mounted and our cgroup namespace is the kernel's first. */
      readonly part?: CgroupPart;
    }
  | { readonly kind: 'v1'; readonly v1Mounts: readonly string[]; readonly part?: CgroupPart }
  | { readonly kind: 'none' };

/** Where Linux distributions mount version 2, the best first. */
const USUAL_V2_MOUNTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

type CgroupMount = Pick<Mount, 'type' | 'point' | 'root'>;

/** What of our view of the kernel decides what we see of cgroups. */
export interface CgroupQuestions {
  /** See `listProcRoots`. */
  readonly procRoots: readonly string[];
  readonly namespace: Place;
  readonly processes: ProcessView;
}

/**
 * Read how cgroups are mounted, from `/proc/self/mountinfo` or else `/proc/mounts`. Where the usual place shows a part of the
 * tree of version 2, and another place the whole, that one is taken: in our table of mounts, or in that of process 1.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readCgroupLayout(
  root: string,
  { procRoots, namespace, processes }: CgroupQuestions = here(root),
): CgroupLayout {
  const mounts = readMounts(procRoots);
  const v1Mounts = mounts.filter(({ type }) => type === 'cgroup').map(({ point }) => point);
  const v2 = mounts.filter(({ type }) => type === 'cgroup2');
  const isWhole = (mount: CgroupMount) => isWholeTree(`${root}${mount.point}`, mount.root);
  const whole = byUse(v2.filter(isWhole))[0] ?? readMountsOfInit(root, processes)[0];
  const mount = whole ?? byUse(v2)[0];
  if (mount === undefined) return withoutV2(v1Mounts, namespace);
  const isUnified = mount.point === USUAL_V2_MOUNTS[0] || v1Mounts.length === 0;
  const part = findPart({
    directory: `${root}${mount.point}`,
    mountedRoot: mount.root,
    isWhole: whole !== undefined,
    namespace,
    ownPath: readOwnPath(procRoots),
  });
  return {
    kind: isUnified ? 'unified' : 'hybrid',
    v2Mount: mount.point,
    v1Mounts,
    ...(part === undefined ? {} : { part }),
  };
}

function here(root: string): CgroupQuestions {
  return {
    procRoots: [root],
    namespace: readNamespaces(root).cgroup,
    processes: { sees: 'none', root: NOWHERE, problem: undefined },
  };
}

function withoutV2(v1Mounts: readonly string[], namespace: Place): CgroupLayout {
  if (v1Mounts.length === 0) return { kind: 'none' };
  const part = { top: undefined, namespaceTop: undefined };
  return { kind: 'v1', v1Mounts, ...(namespace === 'nested' ? { part } : {}) };
}

/** Those in the usual places first. */
function byUse(mounts: readonly CgroupMount[]): CgroupMount[] {
  const usual = USUAL_V2_MOUNTS.flatMap((point) => mounts.filter((mount) => mount.point === point));
  return [...new Set([...usual, ...mounts])];
}

function readMounts(procRoots: readonly string[]): CgroupMount[] {
  for (const root of procRoots) {
    const mountinfo = readText(`${root}/proc/self/mountinfo`);
    if (mountinfo !== undefined) return parseMountinfo(mountinfo);
    const mounts = readText(`${root}/proc/mounts`);
    if (mounts !== undefined) return parseMounts(mounts);
  }
  return [];
}

/** Whole trees of the machine's own mount namespace, which root may reach through process 1. */
function readMountsOfInit(root: string, { sees, root: procRoot }: ProcessView): CgroupMount[] {
  if (sees === 'none') return [];
  const init = `${procRoot}/proc/1`;
  return parseMountinfo(readText(`${init}/mountinfo`) ?? '')
    .filter(({ type }) => type === 'cgroup2')
    .map((mount) => ({ ...mount, point: `${init.slice(root.length)}/root${mount.point}` }))
    .filter(({ point }) => isOpenWholeTree(`${root}${point}`));
}

/** Where we are in version 2, as our cgroup namespace names it: the line begins with `0::`. */
function readOwnPath(procRoots: readonly string[]): string | undefined {
  return procRoots
    .map((root) => /^0::(.*)$/m.exec(readText(`${root}/proc/self/cgroup`) ?? '')?.[1])
    .find((path) => path !== undefined);
}

/** @param text - Lines such as `cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0`. */
function parseMounts(text: string): CgroupMount[] {
  return text.split('\n').flatMap((line) => {
    const [, point, type] = line.split(' ');
    if (point === undefined || type === undefined) return [];
    return [{ type, point: decodeOctal(point), root: '/' }];
  });
}
