import { isChartedByDefault, isSearched } from './default-charts.ts';
import { findContainer } from './find-container.ts';

/**
 * Whether a cgroup has charts.
 *
 * @param isReached - By Netdata's defaults: below some cgroups it does not look for others.
 */
export type IsCharted = (path: string, isReached: boolean) => boolean;

interface Standing {
  readonly owner: string;
  readonly isReached: boolean;
}

const OF_ROOT: Standing = { owner: '/', isReached: true };

/** Paths whose owners are remembered; then all are found anew. */
const MOST_REMEMBERED = 16_384;

/**
 * Finds the cgroup under whose name the events of a cgroup are published: the nearest one with charts, upwards from the
 * cgroup itself, or `/`.
 *
 * A cgroup inside that of a service, a scope, a container or a virtual machine belongs to the outer one, although Netdata may
 * draw charts of its own for it: the events of `/system.slice/nginx.service/worker` are nginx's. Only a container inside
 * another cgroup has its own.
 *
 * By Netdata's defaults the cgroups of users (`/user.slice/user-0.slice/session-1.scope`), slices, mounts, `init.scope` and
 * services outside of `/system.slice` have no charts, so that their events are published under `/`.
 *
 * What is found is remembered, so that every cgroup of a tree is looked at once, however deep the tree is.
 */
export class Owners {
  readonly #isCharted: IsCharted;
  readonly #standings = new Map<string, Standing>();

  constructor(isCharted: IsCharted) {
    this.#isCharted = isCharted;
  }

  /** @param path - Relative to the mount, beginning with a slash. */
  of(path: string): string {
    const known = this.#standings.get(path);
    if (known !== undefined) return known.owner;
    if (this.#standings.size > MOST_REMEMBERED) this.#standings.clear();
    const unknown: string[] = [];
    let above = path.replaceAll(/\/+/g, '/').replace(/\/$/, '');
    while (above !== '' && !this.#standings.has(above)) {
      unknown.push(above);
      above = above.slice(0, above.lastIndexOf('/'));
    }
    let standing = this.#standings.get(above) ?? OF_ROOT;
    for (const candidate of unknown.reverse()) {
      standing = this.#descend(standing, candidate);
      this.#standings.set(candidate, standing);
    }
    return standing.owner;
  }

  /** Forget all, because which cgroups have charts has changed. */
  clear(): void {
    this.#standings.clear();
  }

  #descend({ owner, isReached }: Standing, path: string): Standing {
    const canOwn = !keepsItsChildren(owner) || findContainer(path) !== undefined;
    return {
      owner: canOwn && this.#isCharted(path, isReached) ? path : owner,
      isReached: isReached && isSearched(path),
    };
  }
}

/** By Netdata's defaults, which never change. */
const BY_DEFAULT = new Owners((path, isReached) => isReached && isChartedByDefault(path));

/** See `Owners`. @param isCharted - What nobody says is by default. */
export function ownerOf(path: string, isCharted?: IsCharted): string {
  return (isCharted === undefined ? BY_DEFAULT : new Owners(isCharted)).of(path);
}

function keepsItsChildren(owner: string): boolean {
  return /\.(?:service|scope)$/.test(owner) || findContainer(owner) !== undefined;
}
