import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import { collect, type Ended } from './run-cli.ts';

const layout = readCgroupLayout('');
const MOUNT = 'v2Mount' in layout ? layout.v2Mount : undefined;

const ENTER = 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"';

/** Cgroups as a container runtime or systemd would make them, and what runs in them. */
export class CgroupTree {
  readonly #made: string[] = [];
  readonly #sleepers = new Map<string, ChildProcess>();

  /** Make a cgroup with a process in it that does nothing, for Netdata draws no charts of one that is empty. */
  async make(path: string): Promise<void> {
    let at = '';
    for (const component of path.split('/').slice(1)) {
      at += `/${component}`;
      try {
        mkdirSync(locate(at));
        this.#made.push(at);
      } catch {
        // It is there already: then it is not ours to remove.
      }
    }
    const sleeper = spawn('sh', ['-c', ENTER, 'sh', locate(path), 'sleep', '3600'], {
      stdio: 'ignore',
    });
    await once(sleeper, 'spawn');
    this.#sleepers.set(path, sleeper);
  }

  /** Run a program in a cgroup. What it creates is created there; it is itself created outside, and ends there. */
  async run(path: string, program: readonly string[]): Promise<Ended> {
    return await collect(this.start(path, program));
  }

  /** Start a program in a cgroup; see `run`. */
  start(path: string, program: readonly string[]): ChildProcess {
    return spawn('sh', ['-c', ENTER, 'sh', locate(path), ...program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** End what sleeps in a cgroup, and remove it. */
  async remove(path: string): Promise<void> {
    const sleeper = this.#sleepers.get(path);
    this.#sleepers.delete(path);
    if (sleeper !== undefined && sleeper.exitCode === null && sleeper.signalCode === null) {
      const ended = once(sleeper, 'exit');
      sleeper.kill('SIGKILL');
      await ended;
    }
    this.#made.splice(this.#made.indexOf(path), 1);
    await removeEmptied(locate(path));
  }

  async removeAll(): Promise<void> {
    for (const path of [...this.#sleepers.keys()].reverse()) await this.remove(path);
    for (const path of this.#made.splice(0).reverse()) await removeEmptied(locate(path));
  }
}

export function locate(path: string): string {
  if (MOUNT === undefined) throw new Error('cgroup v2 is not mounted');
  return `${MOUNT}${path}`;
}

/** The kernel lets a cgroup be removed some time after its last process has ended; one that others use stays. */
async function removeEmptied(directory: string): Promise<void> {
  for (let attempt = 1; attempt < 50 && existsSync(directory); attempt += 1) {
    try {
      rmdirSync(directory);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
