import { isChartedByDefault, listAncestors } from './default-charts.ts';
import { nameContainer } from './name-container.ts';

/**
 * Find the cgroup under whose name the events of a cgroup are published: the nearest one with charts, upwards from the
 * cgroup itself, or `/`.
 *
 * A cgroup inside that of a service, a scope, a container or a virtual machine belongs to the outer one, although Netdata may
 * draw charts of its own for it: the events of `/system.slice/nginx.service/worker` are nginx's. Only a container inside
 * another cgroup has its own.
 *
 * By Netdata's defaults the cgroups of users (`/user.slice/user-0.slice/session-1.scope`), slices, mounts, `init.scope` and
 * services outside of `/system.slice` have no charts, so that their events are published under `/`.
 *
 * @param path - Relative to the mount, beginning with a slash.
 * @param isCharted - Whether a cgroup has charts.
 */
export function ownerOf(
  path: string,
  isCharted: (path: string) => boolean = isChartedByDefault,
): string {
  let owner = '/';
  for (const candidate of listAncestors(path)) {
    const canOwn = !keepsItsChildren(owner) || nameContainer(candidate) !== undefined;
    if (canOwn && isCharted(candidate)) owner = candidate;
  }
  return owner;
}

function keepsItsChildren(owner: string): boolean {
  return /\.(?:service|scope)$/.test(owner) || nameContainer(owner) !== undefined;
}
