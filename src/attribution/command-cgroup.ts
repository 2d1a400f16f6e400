import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';

/**
 * Waits for its standard input to end, which happens however we end, and then removes the cgroup: what still runs in it
 * is moved to the parent first.
 */
const CLEANER = `
while read -r _; do :; done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  while read -r pid; do echo "$pid" >"$1/../cgroup.procs"; done <"$1/cgroup.procs"
  rmdir "$1" && exit
  sleep 0.2
done 2>/dev/null`;

/** Enters the cgroup, then becomes the command: everything that is counted there is the command's. */
const ENTER = 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"';

/** A cgroup of its own for one command. */
export interface CommandCgroup {
  /** As it stands in the kernel's keys. */
  readonly id: string;
  /** Path below the cgroup v2 mount. */
  readonly path: string;
  /** The words that run a command inside it. */
  wrap(argv: readonly string[]): string[];
  remove(): void;
}

/**
 * Make a cgroup for a command, beside nothing of anybody else's, and see to it that it is removed even if we are killed.
 *
 * @param mount - Where cgroup v2 is mounted.
 * @throws Error of the file system where it cannot be made: not root, or a mount that is read-only.
 */
export function makeCommandCgroup(mount: string): CommandCgroup {
  const path = `/ebpf-processes-${process.pid}`;
  const directory = `${mount}${path}`;
  mkdirSync(directory);
  const cleaner = spawn('/bin/sh', ['-c', CLEANER, 'cleaner', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
  });
  cleaner.unref();
  return {
    id: String(statSync(directory, { bigint: true }).ino),
    path,
    wrap: (argv) => ['/bin/sh', '-c', ENTER, 'sh', directory, ...argv],
    remove: () => {
      try {
        for (const pid of readFileSync(`${directory}/cgroup.procs`, 'utf8').split('\n')) {
          if (pid !== '') writeFileSync(`${mount}/cgroup.procs`, pid);
        }
        rmdirSync(directory);
      } catch {
        // What is left in it is still ending; the cleaner waits for that.
      }
      cleaner.stdin?.end();
    },
  };
}
