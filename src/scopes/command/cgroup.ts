import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { type CgroupPart, toMountedPath } from '../../host/views/cgroup-part.ts';
import { readText } from '../../procfs/read-text.ts';
import { type Cleaner, startCleaner } from './cleaner.ts';

/**
 * Makes the names differ: no cgroup may be removed by the cleaner of another, of a start that is tried again or of a process
 * that has the same id in another pid namespace.
 */
let made = Math.trunc(performance.timeOrigin);

/** A cgroup of its own for one command. */
export interface CommandCgroup {
  /** As it stands in the kernel's keys. */
  readonly id: string;
  /** Path in the kernel's tree, as far as that is known; see `CgroupPart`. */
  readonly path: string;
  /**
   * Start a process inside the cgroup: we enter it, start the process and leave. So the process is created there, no event of
   * it is counted elsewhere, and no event of ours counts as the command's.
   */
  startInside<Started>(start: () => Started): Started;
  /** Remove the cgroup and all below it; what still runs there goes to the cgroup that we are in. */
  remove(): Promise<void>;
}

/** Why a command has no cgroup of its own. */
export interface NoCgroup {
  readonly reason: string;
}

/**
 * Make a cgroup for a command below the one that we are in, so that the limits of ours hold for it, and see to it that it is
 * removed even if we are killed.
 *
 * @param mount - Where cgroup v2 is mounted.
 * @param part - What of the tree that is; absent where it is all.
 */
export function makeCommandCgroup(mount: string, part?: CgroupPart): CommandCgroup | NoCgroup {
  const own = readOwnPath(part);
  const home = `${mount}${own}`;
  // We must be able to come back to where we are.
  if (own === undefined || !listsUs(home)) {
    return { reason: 'the cgroup that we are in lies outside of what is mounted here' };
  }
  made += 1;
  const below = `${own === '/' ? '' : own}/ebpf-processes-${process.pid}-${made}`;
  const directory = `${mount}${below}`;
  // Before the cgroup, because we may be killed at any moment.
  const cleaner = startCleaner(directory, home);
  try {
    mkdirSync(directory);
    tryOut(directory, home);
  } catch (error) {
    cleaner.finish();
    return { reason: explain(error) };
  }
  return openCgroup(directory, home, `${part?.top ?? ''}${below}`, cleaner);
}

function openCgroup(
  directory: string,
  home: string,
  path: string,
  cleaner: Cleaner,
): CommandCgroup {
  return {
    id: String(statSync(directory, { bigint: true }).ino),
    path,
    startInside: (start) => {
      move(directory);
      try {
        return start();
      } finally {
        move(home);
      }
    },
    remove: () => cleaner.finish(),
  };
}

/** Enter the cgroup and leave it again. A cgroup below a threaded one takes tasks only when it is threaded too. */
function tryOut(directory: string, home: string): void {
  try {
    move(directory);
  } catch (error) {
    // EOPNOTSUPP, which has the same number.
    if (codeOf(error) !== 'ENOTSUP') throw error;
    writeFileSync(`${directory}/cgroup.type`, 'threaded');
    move(directory);
  }
  const isThere = listsUs(directory);
  move(home);
  if (!isThere) throw new Error('what is mounted here is not the tree that we are in');
}

function move(directory: string): void {
  writeFileSync(`${directory}/cgroup.procs`, String(process.pid));
}

/** Where we are, below the mount: the line of version 2 begins with `0::`. */
function readOwnPath(part: CgroupPart | undefined): string | undefined {
  const path = /^0::(\/.*)$/m.exec(readText('/proc/self/cgroup') ?? '')?.[1];
  return path === undefined ? undefined : toMountedPath(path, part);
}

/** A threaded cgroup lists threads alone. */
function listsUs(directory: string): boolean {
  return ['cgroup.procs', 'cgroup.threads'].some((file) =>
    `\n${readText(Buffer.from(`${directory}/${file}`)) ?? ''}`.includes(`\n${process.pid}\n`),
  );
}

function explain(error: unknown): string {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'we may not make one';
    case 'EROFS':
      return 'the cgroup tree is mounted read-only';
    case 'EAGAIN':
      return 'cgroup.max.descendants or cgroup.max.depth above us allows no more';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
