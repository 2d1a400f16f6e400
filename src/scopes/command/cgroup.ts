import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';

/**
 * Waits for its standard input to end, which happens however we end, and then removes the cgroup: what still runs in it
 * is moved to the parent first.
 */
const CLEANER = `
while read -r _; do :; done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ -e "$1" ] || exit
  rmdir "$1" && exit
  while read -r pid; do echo "$pid" >"$1/../cgroup.procs"; done <"$1/cgroup.procs"
  sleep 0.2
done 2>/dev/null`;

/** Each has a name of its own: the cleaner of one must not remove the next, made after an attachType failed. */
let made = 0;

/** A cgroup of its own for one command. */
export interface CommandCgroup {
  /** As it stands in the kernel's keys. */
  readonly id: string;
  /** Path below the cgroup v2 mount. */
  readonly path: string;
  /**
   * Start something inside it: what we start while we are in it ourselves is born there, so that no event of the command
   * is missed and none of a helper is taken for it.
   */
  startInside<Started>(start: () => Started): Started;
  remove(): void;
}

/**
 * Make a cgroup for a command, and see to it that it is removed even if we are killed.
 *
 * @param mount - Where cgroup v2 is mounted.
 * @returns `undefined` where it cannot be made or entered: not root, or a mount that is read-only.
 */
export function makeCommandCgroup(mount: string): CommandCgroup | undefined {
  made += 1;
  const path = `/ebpf-processes-${process.pid}-${made}`;
  const directory = `${mount}${path}`;
  const home = `${mount}${readOwnPath()}`;
  // Before there is anything to clean: we may be killed at any moment.
  const cleaner = spawn('/bin/sh', ['-c', CLEANER, 'cleaner', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
  });
  cleaner.unref();
  try {
    mkdirSync(directory);
    move(directory);
    move(home);
  } catch {
    // Whoever asked has another way: ancestry.
    removeIfThere(directory);
    cleaner.stdin?.end();
    return undefined;
  }
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
    remove: () => {
      removeIfThere(directory);
      cleaner.stdin?.end();
    },
  };
}

function move(directory: string): void {
  writeFileSync(`${directory}/cgroup.procs`, String(process.pid));
}

function removeIfThere(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Never made, or something still runs in it: then the cleaner sees to it.
  }
}

/** Where we are, below the mount: the line of version 2 begins with `0::`. */
function readOwnPath(): string {
  return /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1] ?? '/';
}
