import { Seldom } from '../procfs/seldom.ts';
import {
  identify,
  isStillZombie,
  readZombies,
  type Zombie,
  ZombieScan,
} from '../procfs/zombies.ts';
import type { ZombieChange } from '../scopes/zombie-change.ts';

/** Most tasks are released within milliseconds. /proc is read only for those that are not released after this time. */
const PATIENCE_MS = 1_000;

/** Longest time between two looks while there are zombies: some may be released, and as many others become zombies. */
const LONGEST_PAUSE_MS = 60_000;

/** Processes looked at after one dump, in 25 ms. A machine with 10,000 processes takes five dumps. */
const STEP = 2_000;

/** Tells the zombies of this machine. */
export interface ZombieSource {
  /** All zombies at the last look; `undefined` where they cannot be seen. */
  readonly all: readonly Zombie[] | undefined;
  lookEarly(): void;
  look(nowMs: number): ZombieChange;
  step(waiting: number, nowMs: number): ZombieChange;
  turn(waiting: number, nowMs: number): ZombieChange;
}

/** Where /proc does not show the processes of the whole machine, nothing is known of its zombies. */
export const UNSEEN_ZOMBIES: ZombieSource = {
  all: undefined,
  lookEarly: () => undefined,
  look: () => ({ fresh: undefined, reaped: 0 }),
  step: () => ({ fresh: undefined, reaped: 0 }),
  turn: () => ({ fresh: undefined, reaped: 0 }),
};

/** Keeps track of the zombies of this machine. Reads /proc only while tasks have ended and are not released. */
export class ZombieWatch implements ZombieSource {
  readonly #root: string;
  readonly #step: number;
  readonly #scan: ZombieScan;
  readonly #turns: Seldom;
  /** Zombies before anything was counted, see `identify`; `undefined` where nobody looked. */
  #early: ReadonlySet<string> | undefined;
  /** Zombies of the start. */
  #start: ReadonlySet<string> | undefined;
  /** Zombies of the start that are still there. */
  #left: readonly Zombie[] = [];
  #all: readonly Zombie[] = [];
  /** Zombies that are new since the start, at the last look. */
  #fresh: readonly Zombie[] = [];
  /** A look is under way, some processes after each dump. */
  #isLooking = false;
  #unexplainedSinceMs: number | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #pauseMs = PATIENCE_MS;

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param step - Processes that are looked at beside one dump.
   * @param turns - Says how often `turn` looks at all of them.
   */
  constructor(root = '', step = STEP, turns = new Seldom()) {
    this.#root = root;
    this.#step = step;
    this.#scan = new ZombieScan(root);
    this.#turns = turns;
  }

  /** All zombies at the last look. */
  get all(): readonly Zombie[] {
    return this.#all;
  }

  /** Look before anything is counted: the end of these zombies will never be. */
  lookEarly(): void {
    this.#early = new Set(readZombies(this.#root).map(identify));
  }

  /** Look at all processes now. The first look is the start, with which all later ones are compared. */
  look(nowMs: number): ZombieChange {
    return this.#take(readZombies(this.#root), nowMs);
  }

  /**
   * To be called after each dump. Looks whether zombies of the start are still there, and at some of all processes where
   * tasks have not been released for long.
   *
   * @param waiting - Tasks that have ended since the start and are not released.
   * @returns What is known by now. New zombies are in it only when all processes were looked at.
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

  /**
   * To be called in place of `step` after the dump that closes a window and opens the next. Looks at all processes, unless
   * they are so many that it did a moment ago.
   */
  turn(waiting: number, nowMs: number): ZombieChange {
    return this.#turns.run(() => this.look(nowMs)) ?? this.step(waiting, nowMs);
  }

  /** Whether the zombies that we know do not explain `waiting`. The pause doubles while looking does not explain it either. */
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
    // Who was a zombie before anything was counted and still is. Others of this moment have ended since, and were counted.
    const start =
      this.#start ??
      new Set(zombies.map(identify).filter((name) => this.#early?.has(name) ?? true));
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
