import { readFileSync } from 'node:fs';

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

interface Mount {
  readonly type: string;
  readonly point: string;
  /** The directory of the file system that is seen there; other than `/` for a bind mount of a part. */
  readonly root: string;
}

/** Where Linux distributions mount version 2, the best first. */
const USUAL_V2_MOUNTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

/**
 * Read how cgroups are mounted, from `/proc/self/mountinfo` or else `/proc/mounts`.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readCgroupLayout(root: string): CgroupLayout {
  const mounts =
    readLines(`${root}/proc/self/mountinfo`)?.flatMap(parseMountinfoLine) ??
    readLines(`${root}/proc/mounts`)?.flatMap(parseMountsLine) ??
    [];
  return chooseLayout(mounts);
}

function chooseLayout(mounts: readonly Mount[]): CgroupLayout {
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

/** `41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw`; any number of words before the dash. */
function parseMountinfoLine(line: string): Mount[] {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root, point] = before.split(' ');
  const [type = ''] = after.split(' ');
  if (root === undefined || point === undefined) return [];
  return [{ type, point: decodeOctal(point), root: decodeOctal(root) }];
}

/** `cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0` */
function parseMountsLine(line: string): Mount[] {
  const [, point, type] = line.split(' ');
  if (point === undefined || type === undefined) return [];
  return [{ type, point: decodeOctal(point), root: '/' }];
}

/** The kernel writes a space, a tab, a line break and a backslash as three octal digits. */
export function decodeOctal(word: string): string {
  return word.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function readLines(path: string): string[] | undefined {
  try {
    return readFileSync(path, 'latin1').split('\n');
  } catch {
    // Absent or closed to us: the caller has another file to ask.
    return undefined;
  }
}
