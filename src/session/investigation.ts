import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { FailedForkWatch } from '../diagnosis/failed-forks/failed-fork-watch.ts';
import { Programs } from '../diagnosis/programs.ts';
import { TopForkers } from '../diagnosis/top-forkers.ts';
import { readZombieParents } from '../diagnosis/zombie-parents.ts';
import type { Zombie } from '../procfs/zombies.ts';
import type { TaskKey } from '../program/key/parse.ts';

/** Top forkers and programs that a snapshot keeps; a page shows fewer. */
const MOST_LISTED = 100;

/** Finds out, while a window is open, which limits made forks fail, who created most, and whose children are zombies. */
export class Investigation {
  readonly #failedForks: FailedForkWatch;
  readonly #forkers = new TopForkers();
  readonly #programs = new Programs();
  readonly #pathOf: ((cgroup: string) => string | undefined) | undefined;
  #isOpen = false;
  #zombiesAtOpen: readonly Zombie[] | undefined;

  readonly #root: string;

  /**
   * @param pathOf - The path of a cgroup by its id; `undefined` where counts are not kept apart.
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param nowNs - Reads the clock on which dumps are cut.
   */
  constructor(
    pathOf: ((cgroup: string) => string | undefined) | undefined,
    root: string,
    nowNs: () => number,
  ) {
    this.#pathOf = pathOf;
    this.#root = root;
    this.#failedForks = new FailedForkWatch(root, nowNs, pathOf);
  }

  /** A window is about to open. */
  prepare(): void {
    this.#failedForks.prepare();
  }

  /**
   * Open the window.
   *
   * @param zombies - All of the machine; `undefined` where they cannot be seen.
   * @param cutNs - When its first dump was cut, on the kernel's clock.
   */
  open(zombies: readonly Zombie[] | undefined, cutNs: number): void {
    this.#forkers.reset();
    this.#programs.reset();
    this.#failedForks.open(cutNs);
    this.#zombiesAtOpen = zombies;
    this.#isOpen = true;
  }

  take(key: TaskKey, count: number, nowMs: number): void {
    if (!this.#isOpen) return;
    this.#forkers.take(key, count);
    this.#programs.take(key, count);
    this.#failedForks.take(key, count, nowMs);
  }

  /**
   * What is known of the window up to now: it may go on.
   *
   * @param zombies - All of the machine; `undefined` where they cannot be seen.
   * @param cutNs - When its last dump was cut, on the kernel's clock.
   */
  diagnose(zombies: readonly Zombie[] | undefined, cutNs: number): Diagnosis {
    this.#failedForks.close(cutNs);
    const pathOf = this.#pathOf;
    return {
      failedForks: this.#failedForks.evidence,
      ...(pathOf === undefined
        ? { forkers: null, programs: null, lifetimes: null }
        : {
            forkers: this.#forkers.list(pathOf, MOST_LISTED),
            programs: this.#programs.list(pathOf, MOST_LISTED),
            lifetimes: this.#programs.lifetimes,
          }),
      zombieParents:
        zombies === undefined
          ? null
          : readZombieParents(this.#zombiesAtOpen ?? [], zombies, this.#root),
    };
  }
}
