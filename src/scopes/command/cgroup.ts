import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';

/**
 * A shell script that waits for the end of its standard input, which comes also when we are killed. It then moves what still
 * runs in the cgroup to the parent, and removes the cgroup.
 */
const CLEANER = `
while read -r _; do :; done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ -e "$1" ] || exit
  rmdir "$1" && exit
  while read -r pid; do echo "$pid" >"$1/../cgroup.procs"; done <"$1/cgroup.procs"
  sleep 0.2
done 2>/dev/null`;

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
  // Before the cgroup, because we may be killed at any moment.
  const cleaner = startCleaner(directory);
  try {
    mkdirSync(directory);
    move(directory);
    move(home);
  } catch {
    // Without a cgroup the command is told apart by its descendants.
    removeIfThere(directory);
    cleaner.finish();
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
      cleaner.finish();
    },
  };
}

function startCleaner(directory: string): { finish(): void } {
  const cleaner = spawn('/bin/sh', ['-c', CLEANER, 'cleaner', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
  });
  cleaner.unref();
  return { finish: () => cleaner.stdin?.end() };
}

function move(directory: string): void {
  writeFileSync(`${directory}/cgroup.procs`, String(process.pid));
}

function removeIfThere(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It was never made, or something still runs in it: the cleaner removes it then.
  }
}

/** Where we are, below the mount: the line of version 2 begins with `0::`. */
function readOwnPath(): string {
  return /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1] ?? '/';
}
