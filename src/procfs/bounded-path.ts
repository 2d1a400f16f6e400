/** No runtime nests its cgroups so deep, and kernels let any user who has one cgroup do it. */
const MOST_LEVELS = 128;

/** Bytes of a path. The longest of Kubernetes in a container have 600. */
const MOST_BYTES = 1_024;

/** Whether what is told of a cgroup with this path is told of itself, not of one above it. */
export function isBounded(path: string): boolean {
  return boundPath(path) === path;
}

/**
 * The path itself, or of one that is too deep or too long the last cgroup above it that is neither. All that is deeper counts
 * there, so that the work for a cgroup does not grow with its depth.
 *
 * @param path - Relative to the mount, beginning with a slash.
 */
export function boundPath(path: string): string {
  // Each level has two bytes or more.
  if (path.length <= MOST_LEVELS) return path;
  let end = 0;
  for (let level = 0; level < MOST_LEVELS && end < path.length; level += 1) {
    const slash = path.indexOf('/', end + 1);
    const next = slash === -1 ? path.length : slash;
    if (next > MOST_BYTES) break;
    end = next;
  }
  return end === 0 ? '/' : path.slice(0, end);
}
