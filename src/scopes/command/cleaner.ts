import { spawn } from 'node:child_process';
import { CHILD_ENVIRONMENT } from '../../host/environment.ts';

/**
 * A shell script that waits for the end of its standard input, which comes also when we are killed. It then moves what still
 * runs in the cgroup and below it to the cgroup above, and removes these cgroups, the deepest first. `find` goes to any depth.
 * It tries for a minute: a task that is about to end cannot be moved any more.
 */
const SCRIPT = `
while read -r _; do :; done
for pause in 0 0.02 0.05 0.1 0.2 0.5 1 1 1 2 4 8 16 32; do
  [ "$pause" = 0 ] || sleep $pause
  [ -e "$1" ] || exit
  find "$1" -type d -delete && exit
  find "$1" -name cgroup.threads -execdir cat {} \\; | while read -r task; do echo "$task" >"$2/cgroup.procs"; done
done 2>/dev/null`;

/** Longest wait for the cleaner; it goes on without us. */
const PATIENCE_MS = 4_000;

export interface Cleaner {
  /** Let it clean up. Resolves when it has. */
  finish(): Promise<void>;
}

/**
 * Start what removes a cgroup when we end, even if we are killed. To be called before the cgroup is made.
 *
 * @param directory - Of the cgroup.
 * @param home - Where the tasks in it go.
 */
export function startCleaner(directory: string, home: string): Cleaner {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'cleaner', directory, home], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: CHILD_ENVIRONMENT,
    cwd: '/',
    detached: true,
  });
  child.unref();
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  return {
    finish: async () => {
      child.ref();
      child.stdin.end();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise((resolve) => {
        timer = setTimeout(resolve, PATIENCE_MS);
      });
      await Promise.race([ended, patience]);
      clearTimeout(timer);
      child.unref();
    },
  };
}
