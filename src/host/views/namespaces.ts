import { readlinkSync } from 'node:fs';

/** `first`: the kernel's own; `nested`: one that was made since, as for a container; `unknown`: there is no /proc that says it. */
export type Place = 'first' | 'nested' | 'unknown';

/** In which namespaces we are, as far as they change what we see. */
export interface Namespaces {
  readonly pid: Place;
  readonly user: Place;
  readonly time: Place;
  readonly cgroup: Place;
  /** Compared with that of process 1, because its number is not the same in all kernels. */
  readonly mount: Place;
}

/**
 * The numbers of the kernel's first namespaces.
 *
 * @see kernel:include/uapi/linux/nsfs.h `PID_NS_INIT_INO`; kernel:include/linux/proc_ns.h before 6.18
 */
const FIRST = {
  pid: 'pid:[4026531836]',
  user: 'user:[4026531837]',
  time: 'time:[4026531834]',
  cgroup: 'cgroup:[4026531835]',
} as const;

/**
 * Find out in which namespaces we are. A kernel without one kind of them has no entry for it, and everything is in the
 * first.
 *
 * @param root - Where the file tree starts whose /proc is read.
 */
export function readNamespaces(root: string): Namespaces {
  const self = `${root}/proc/self/ns`;
  const hasNamespaces = readLink(`${self}/mnt`) !== undefined;
  const place = (name: keyof typeof FIRST): Place => {
    const link = readLink(`${self}/${name}`);
    if (link === undefined) return hasNamespaces ? 'first' : 'unknown';
    return link === FIRST[name] ? 'first' : 'nested';
  };
  const pid = place('pid');
  return {
    pid,
    user: place('user'),
    time: place('time'),
    cgroup: place('cgroup'),
    mount: pid === 'first' ? compare(readLink(`${self}/mnt`), root) : 'unknown',
  };
}

/** Process 1 of a container is not the machine's: this is asked in the first pid namespace alone. */
function compare(own: string | undefined, root: string): Place {
  const initial = readLink(`${root}/proc/1/ns/mnt`);
  if (own === undefined || initial === undefined) return 'unknown';
  return own === initial ? 'first' : 'nested';
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // There is no such /proc, or the process is another user's.
    return undefined;
  }
}
