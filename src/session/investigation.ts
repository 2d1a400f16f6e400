import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { FailedForkWatch } from '../diagnosis/failed-forks/failed-fork-watch.ts';
import { TopForkers } from '../diagnosis/top-forkers.ts';
import { readZombieParents } from '../diagnosis/zombie-parents.ts';
import type { Zombie } from '../procfs/zombies.ts';
import type { TaskKey } from '../program/key/parse.ts';

/** Top forkers that a snapshot keeps; a page shows fewer. */
const MOST_FORKERS = 100;

/** Finds out, while a window is open, which limits made forks fail, who created most, and whose children are zombies. */
export class Investigation {
  readonly #failedForks: FailedForkWatch;
  readonly #forkers = new TopForkers();
  readonly #pathOf: ((cgroup: string) => string | undefined) | undefined;
  #isOpen = false;
  #zombiesAtOpen: readonly Zombie[] = [];

  readonly #root: string;

  /**
   * @param pathOf - The path of a cgroup by its id; `undefined` where counts are not kept apart.
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   */
  constructor(pathOf: ((cgroup: string) => string | undefined) | undefined, root: string) {
    this.#pathOf = pathOf;
    this.#root = root;
    this.#failedForks = new FailedForkWatch(root);
  }

  /** Open the window. @param zombies - All of the machine. */
  open(zombies: readonly Zombie[]): void {
    this.#forkers.reset();
    this.#failedForks.open();
    this.#zombiesAtOpen = zombies;
    this.#isOpen = true;
  }

  take(key: TaskKey, count: number, nowMs: number): void {
    if (!this.#isOpen) return;
    this.#forkers.take(key, count);
    this.#failedForks.take(key, nowMs);
  }

  /** What is known of the window up to now: it may go on. @param zombies - All of the machine. */
  diagnose(zombies: readonly Zombie[]): Diagnosis {
    this.#failedForks.close();
    return {
      failedForks: this.#failedForks.evidence,
      forkers: this.#pathOf === undefined ? null : this.#forkers.list(this.#pathOf, MOST_FORKERS),
      lifetimes: this.#pathOf === undefined ? null : this.#forkers.lifetimes,
      zombieParents: readZombieParents(this.#zombiesAtOpen, zombies, this.#root),
    };
  }
}
