import { decodeOctal, type Mount, parseMountinfo } from '../procfs/mounts.ts';
import { readText } from '../procfs/read-text.ts';

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
    }
  | { readonly kind: 'v1'; readonly v1Mounts: readonly string[] }
  | { readonly kind: 'none' };

/** Where Linux distributions mount version 2, the best first. */
const USUAL_V2_MOUNTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

/**
 * Read how cgroups are mounted, from `/proc/self/mountinfo` or else `/proc/mounts`.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readCgroupLayout(root: string): CgroupLayout {
  const mountinfo = readText(`${root}/proc/self/mountinfo`);
  return chooseLayout(
    mountinfo === undefined
      ? parseMounts(readText(`${root}/proc/mounts`) ?? '')
      : parseMountinfo(mountinfo),
  );
}

function chooseLayout(mounts: readonly Pick<Mount, 'type' | 'point' | 'root'>[]): CgroupLayout {
  const v1Mounts = mounts.filter(({ type }) => type === 'cgroup').map(({ point }) => point);
  const v2 = mounts.filter(({ type }) => type === 'cgroup2');
  const whole = v2.filter(({ root }) => root === '/');
  const points = (whole.length > 0 ? whole : v2).map(({ point }) => point);
  const v2Mount = USUAL_V2_MOUNTS.find((usual) => points.includes(usual)) ?? points[0];
  if (v2Mount === undefined)
    return v1Mounts.length > 0 ? { kind: 'v1', v1Mounts } : { kind: 'none' };
  const isUnified = v2Mount === USUAL_V2_MOUNTS[0] || v1Mounts.length === 0;
  return { kind: isUnified ? 'unified' : 'hybrid', v2Mount, v1Mounts };
}

/** @param text - Lines such as `cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0`. */
function parseMounts(text: string): Pick<Mount, 'type' | 'point' | 'root'>[] {
  return text.split('\n').flatMap((line) => {
    const [, point, type] = line.split(' ');
    if (point === undefined || type === undefined) return [];
    return [{ type, point: decodeOctal(point), root: '/' }];
  });
}
