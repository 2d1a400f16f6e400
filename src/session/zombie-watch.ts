import {
  identify,
  isStillZombie,
  readZombies,
  type Zombie,
  ZombieScan,
} from '../procfs/zombies.ts';
import type { ZombieChange } from '../scopes/zombie-change.ts';

/** Tasks that ended are released within a moment; for those that are not after this time /proc is asked why. */
const PATIENCE_MS = 1_000;

/** The longest time between two looks: what waits may be released meanwhile, and others wait instead. */
const LONGEST_PAUSE_MS = 60_000;

/** Processes that are looked at beside one dump: 25 ms. A machine with 10,000 processes is seen within five dumps. */
const STEP = 2_000;

/** Knows the zombies of this machine, and looks at /proc only while tasks have ended and are not released. */
export class ZombieWatch {
  readonly #root: string;
  readonly #step: number;
  readonly #scan: ZombieScan;
  /** Those that were there at the start, by their names. */
  #start: ReadonlySet<string> | undefined;
  /** Those of them that are there still. */
  #left: readonly Zombie[] = [];
  #all: readonly Zombie[] = [];
  #fresh: readonly Zombie[] = [];
  #isLooking = false;
  #unexplainedSinceMs: number | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #pauseMs = PATIENCE_MS;

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param step - Processes that are looked at beside one dump.
   */
  constructor(root = '', step = STEP) {
    this.#root = root;
    this.#step = step;
    this.#scan = new ZombieScan(root);
  }

  /** All zombies when somebody last looked. */
  get all(): readonly Zombie[] {
    return this.#all;
  }

  /** Look at all processes now. The first time this is the start, against which all readings are held. */
  look(nowMs: number): ZombieChange {
    return this.#take(readZombies(this.#root), nowMs);
  }

  /**
   * To be called beside each dump: looks at the zombies of the start, of which one may be reaped at any time, and at some
   * other processes where it is worth it.
   *
   * @param waiting - Tasks that ended since the start and are not released.
   * @returns What is known by now; new zombies only when all processes were looked at.
   */
  step(waiting: number, nowMs: number): ZombieChange {
    const some = this.#left
      .slice(0, this.#step)
      .filter((zombie) => isStillZombie(zombie, this.#root));
    this.#left = [...this.#left.slice(this.#step), ...some];
    if (this.#isLooking || this.#isDue(waiting, nowMs)) {
      const zombies = this.#scan.step(this.#step);
      this.#isLooking = zombies === undefined;
      if (zombies !== undefined) return this.#take(zombies, nowMs);
    }
    return { fresh: undefined, reaped: this.#reaped };
  }

  /** Whether more, or less, waits than was seen. Where looking does not explain it, the next look is later. */
  #isDue(waiting: number, nowMs: number): boolean {
    const fresh = this.#fresh;
    if (waiting === fresh.length - this.#reaped) {
      this.#unexplainedSinceMs = undefined;
      this.#pauseMs = PATIENCE_MS;
      return fresh.length > 0 && nowMs - this.#lookedAtMs >= LONGEST_PAUSE_MS;
    }
    this.#unexplainedSinceMs ??= nowMs;
    const isLate = nowMs - this.#unexplainedSinceMs >= PATIENCE_MS;
    if (!isLate || nowMs - this.#lookedAtMs < this.#pauseMs) return false;
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    return true;
  }

  #take(zombies: readonly Zombie[], nowMs: number): ZombieChange {
    const start = this.#start ?? new Set(zombies.map(identify));
    this.#start = start;
    this.#all = zombies;
    this.#left = zombies.filter((zombie) => start.has(identify(zombie)));
    this.#fresh = zombies.filter((zombie) => !start.has(identify(zombie)));
    this.#lookedAtMs = nowMs;
    return { fresh: this.#fresh, reaped: this.#reaped };
  }

  get #reaped(): number {
    return (this.#start?.size ?? 0) - this.#left.length;
  }
}
