import { readStat } from '../../../procfs/process.ts';
import { readText } from '../../../procfs/read-text.ts';
import { monitorOf } from '../find-container.ts';
import type { Answer } from './answer.ts';
import { readConmon } from './podman.ts';

/** Processes of a cgroup that are looked at. */
const MOST_PROCESSES = 8;

/** Enough for their ids. */
const PROCS_BYTES = 128;

const CMDLINE_BYTES = 16_384;

/** Looks at the processes of a container. */
export class ContainerProcesses {
  readonly #root: string;
  readonly #mounts: readonly string[];
  readonly #procRoot: string;

  /** See `ContainerNames`. */
  constructor(root: string, mounts: readonly string[], procRoot: string) {
    this.#root = root;
    this.#mounts = mounts;
    this.#procRoot = procRoot;
  }

  /**
   * Ask the monitor of a container of podman or CRI-O, which is the parent of its processes, or in a cgroup beside.
   *
   * @param path - Of the container's cgroup.
   */
  askMonitor(path: string, id: string): Answer {
    for (const process of this.#listProcesses(monitorOf(path))) {
      const said = readConmon(this.#readCmdline(process), id);
      if (said !== undefined) return said;
    }
    // Podman with version 2 has the processes one level deeper.
    for (const process of [
      ...this.#listProcesses(path),
      ...this.#listProcesses(`${path}/container`),
    ]) {
      const parent = readStat(process, this.#procRoot)?.parent ?? 0;
      // What is inside the container may call itself a monitor.
      if (parent === 0 || this.#isInside(parent, path)) continue;
      const said = readConmon(this.#readCmdline(parent), id);
      if (said !== undefined) return said;
    }
    return undefined;
  }

  /** Whether this is the container that holds the namespaces of a pod: its only process is `pause`. */
  isPause(path: string): boolean {
    const [first, ...others] = this.#listProcesses(path);
    return (
      first !== undefined &&
      others.length === 0 &&
      readStat(first, this.#procRoot)?.comm === 'pause'
    );
  }

  #listProcesses(path: string | undefined): number[] {
    if (path === undefined) return [];
    for (const mount of this.#mounts) {
      const file = Buffer.from(`${this.#root}${mount}${path}/cgroup.procs`, 'latin1');
      const ids = (readText(file, PROCS_BYTES) ?? '').split('\n').map(Number);
      const found = ids.filter((id) => Number.isInteger(id) && id > 0);
      if (found.length > 0) return found.slice(0, MOST_PROCESSES);
    }
    return [];
  }

  #isInside(process: number, path: string): boolean {
    const cgroups = readText(`${this.#procRoot}/proc/${process}/cgroup`) ?? '';
    return cgroups.split('\n').some((line) => line.endsWith(path) || line.includes(`${path}/`));
  }

  #readCmdline(process: number): string {
    return readText(`${this.#procRoot}/proc/${process}/cmdline`, CMDLINE_BYTES) ?? '';
  }
}
