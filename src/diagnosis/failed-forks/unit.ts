import { findPath } from './controller.ts';

/**
 * The systemd unit of a process, by its cgroup.
 *
 * @param cgroups - Content of `/proc/PID/cgroup`.
 * @returns The innermost unit; `undefined` where it belongs to none.
 */
export function findUnit(cgroups: string): string | undefined {
  const systemd = findPath({ version: 1 }, 'name=systemd', cgroups);
  const paths = [systemd, findPath({ version: 2 }, '', cgroups)];
  return paths.flatMap((path) => (path ?? '').split('/').filter(isUnit).slice(-1))[0];
}

/**
 * The unit whose cgroup a directory is, where the machine's own systemd made it: only slices stand above it.
 *
 * @param directory - Of any controller.
 */
export function unitOf(directory: string): string | undefined {
  const words = directory.split('/');
  const from = words.findIndex((word) => word.endsWith('.slice'));
  if (from < 0) return undefined;
  const unit = words.at(-1) ?? '';
  const areSlices = words.slice(from, -1).every((word) => word.endsWith('.slice'));
  return areSlices && isUnit(unit) ? unit : undefined;
}

function isUnit(word: string): boolean {
  return /^[^.].*\.(?:service|scope|slice)$/.test(word);
}
