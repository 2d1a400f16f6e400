import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type Cleaner, startCleaner } from './cleaner.ts';

/** Makes the names differ: a start that is tried again must not have its cgroup removed by the cleaner of the one before. */
let made = 0;

/** A cgroup of its own for one command. */
export interface CommandCgroup {
  /** As it stands in the kernel's keys. */
  readonly id: string;
  /** Path below the cgroup v2 mount. */
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
 */
export function makeCommandCgroup(mount: string): CommandCgroup | NoCgroup {
  const own = readOwnPath();
  // In a namespace the path leads out of it where we were moved in from outside.
  if (own === undefined || own.split('/').includes('..')) {
    return { reason: 'the cgroup that we are in lies outside of what is mounted here' };
  }
  made += 1;
  const path = `${own === '/' ? '' : own}/ebpf-processes-${process.pid}-${made}`;
  const directory = `${mount}${path}`;
  const home = `${mount}${own}`;
  // Before the cgroup, because we may be killed at any moment.
  const cleaner = startCleaner(directory, home);
  try {
    mkdirSync(directory);
    tryOut(directory, home, path);
  } catch (error) {
    cleaner.finish();
    return { reason: explain(error) };
  }
  return openCgroup(directory, home, path, cleaner);
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
function tryOut(directory: string, home: string, path: string): void {
  try {
    move(directory);
  } catch (error) {
    // EOPNOTSUPP, which has the same number.
    if (codeOf(error) !== 'ENOTSUP') throw error;
    writeFileSync(`${directory}/cgroup.type`, 'threaded');
    move(directory);
  }
  const isThere = readOwnPath() === path;
  move(home);
  if (!isThere) throw new Error('what is mounted here is not the tree that we are in');
}

function move(directory: string): void {
  writeFileSync(`${directory}/cgroup.procs`, String(process.pid));
}

/** Where we are, below the mount: the line of version 2 begins with `0::`. */
function readOwnPath(): string | undefined {
  return /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1];
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
