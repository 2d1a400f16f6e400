import { readStat } from './process.ts';
import { readProcessIds } from './process-ids.ts';

/** A process whose first thread has ended and is not released. */
export interface Zombie {
  readonly id: number;
  readonly parent: number;
  /** A byte string. */
  readonly comm: string;
  /** See `LiveProcess`. */
  readonly startTicks: number;
  /** Other threads of the process still run, so that its parent cannot reap it yet. */
  readonly hasThreads: boolean;
}

/** Looks for zombies among all processes, some at a time: it reads one file of /proc for each, in about 12 µs. */
export class ZombieScan {
  readonly #root: string;
  #waiting: number[] = [];
  #found: Zombie[] = [];

  /** @param root - Where the machine's file tree starts; empty but for fixtures. */
  constructor(root = '') {
    this.#root = root;
  }

  /**
   * Look at the next processes.
   *
   * @param most - How many at most.
   * @returns All zombies, after the last process; the next step then begins with the first one again.
   */
  step(most: number): readonly Zombie[] | undefined {
    if (this.#waiting.length === 0) this.#waiting = readProcessIds(this.#root);
    for (const id of this.#waiting.splice(0, most)) {
      const stat = readStat(id, this.#root);
      if (stat?.state !== 'Z') continue;
      const { parent, comm, startTicks, threads } = stat;
      this.#found.push({ id, parent, comm, startTicks, hasThreads: threads > 1 });
    }
    if (this.#waiting.length > 0) return undefined;
    const found = this.#found;
    this.#found = [];
    return found;
  }
}

/** Every zombie of this machine. */
export function readZombies(root = ''): readonly Zombie[] {
  return new ZombieScan(root).step(Number.POSITIVE_INFINITY) ?? [];
}

/** Whether a zombie is still there; its id may be another process's by now. */
export function isStillZombie({ id, startTicks }: Zombie, root = ''): boolean {
  const stat = readStat(id, root);
  return stat?.state === 'Z' && stat.startTicks === startTicks;
}

/** A name of the process that no other one ever has: ids alone are used again. */
export function identify({ id, startTicks }: Pick<Zombie, 'id' | 'startTicks'>): string {
  return `${id} ${startTicks}`;
}
