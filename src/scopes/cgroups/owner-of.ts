import { isChartedByDefault, listAncestors } from './default-charts.ts';
import { nameContainer } from './name-container.ts';

/**
 * Find the cgroup under whose name the events of a cgroup are published: the nearest one with charts, upwards from the
 * cgroup itself, or `/`.
 *
 * What a service, a scope, a container or a virtual machine makes inside itself belongs to it, although Netdata may
 * draw charts of its own for it: `/system.slice/nginx.service/worker` is nginx's. Only a container stands for itself
 * wherever it is.
 *
 * Everything of users is the root's, for Netdata draws no charts of it (`/user.slice/user-0.slice/session-1.scope`);
 * so are slices, mounts, `init.scope`, and services outside of `/system.slice`.
 *
 * @param path - Relative to the mount, beginning with a slash.
 * @param isCharted - Which cgroups have charts, where that is better known than by Netdata's defaults.
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
