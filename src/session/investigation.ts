import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import {
  type FailedForkEvidence,
  FailedForkWatch,
} from '../diagnosis/failed-forks/failed-fork-watch.ts';
import { People, type Person } from '../diagnosis/people.ts';
import { Programs } from '../diagnosis/programs.ts';
import { TopForkers } from '../diagnosis/top-forkers.ts';
import { readZombieParents } from '../diagnosis/zombie-parents.ts';
import type { CgroupPart } from '../host/views/cgroup-part.ts';
import type { Zombie } from '../procfs/zombies.ts';
import type { TaskKey } from '../program/key/parse.ts';

/** Top forkers and programs that a snapshot keeps; a page shows fewer. */
const MOST_LISTED = 100;

/** Who creates so many tasks between two dumps is looked at while it exists. */
const BUSY = 5;

/** Finds out, while a window is open, which limits made forks fail, who created most, and whose children are zombies. */
export class Investigation {
  readonly #failedForks: FailedForkWatch;
  readonly #forkers = new TopForkers();
  readonly #programs = new Programs();
  readonly #people: People;
  readonly #pathOf: ((cgroup: string) => string | undefined) | undefined;
  #isOpen = false;
  #zombiesAtOpen: readonly Zombie[] | undefined;

  readonly #root: string;
  readonly #part: CgroupPart | undefined;

  /**
   * @param pathOf - The path of a cgroup by its id; `undefined` where counts are not kept apart.
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param nowNs - Reads the clock on which dumps are cut.
   * @param part - What we see of the tree of cgroups; absent where it is all.
   */
  constructor(
    pathOf: ((cgroup: string) => string | undefined) | undefined,
    root: string,
    nowNs: () => number,
    part?: CgroupPart,
  ) {
    this.#part = part;
    this.#pathOf = pathOf;
    this.#root = root;
    this.#failedForks = new FailedForkWatch(root, nowNs, pathOf);
    this.#people = new People(root);
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
    this.#failedForks.open(cutNs);
    this.#reset(zombies);
    this.#isOpen = true;
  }

  take(key: TaskKey, count: number, nowMs: number): void {
    if (!this.#isOpen) return;
    this.#forkers.take(key, count);
    this.#programs.take(key, count);
    if (key.id !== 0 && count >= BUSY && isCreation(key)) this.#people.meet(key.id);
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
    return this.#describe(this.#failedForks.evidence, zombies);
  }

  /**
   * Close the window and open the next one at the same cut, so that each key is in one of them.
   *
   * @returns What is known of the window that is closed.
   */
  turn(zombies: readonly Zombie[] | undefined, cutNs: number): Diagnosis {
    const diagnosis = this.#describe(this.#failedForks.turn(cutNs), zombies);
    this.#reset(zombies);
    return diagnosis;
  }

  #reset(zombies: readonly Zombie[] | undefined): void {
    this.#forkers.reset();
    this.#programs.reset();
    this.#people.reset();
    this.#zombiesAtOpen = zombies;
  }

  #describe(failedForks: FailedForkEvidence, zombies: readonly Zombie[] | undefined): Diagnosis {
    const pathOf = this.#pathOf;
    const forkers = pathOf === undefined ? null : this.#forkers.list(pathOf, MOST_LISTED);
    const zombieParents =
      zombies === undefined
        ? null
        : readZombieParents(this.#zombiesAtOpen ?? [], zombies, this.#root, this.#part);
    return {
      failedForks,
      ...(pathOf === undefined
        ? { programs: null, lifetimes: null }
        : {
            programs: this.#programs.list(pathOf, MOST_LISTED),
            lifetimes: this.#programs.lifetimes,
          }),
      forkers,
      zombieParents,
      people: this.#meet([
        ...(forkers ?? []).flatMap(({ busiest }) => busiest.slice(0, 1).map(({ id }) => id)),
        ...(zombieParents ?? []).slice(0, MOST_LISTED).map(({ id }) => id),
      ]),
    };
  }

  #meet(ids: readonly number[]): readonly Person[] {
    for (const id of ids) this.#people.meet(id);
    return this.#people.list(ids);
  }
}

function isCreation({ counter }: TaskKey): boolean {
  return counter === 'process_created' || counter === 'thread_created';
}
