import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { FailedForkEvidence } from '../diagnosis/failed-forks/evidence.ts';
import { FailedForkWatch } from '../diagnosis/failed-forks/failed-fork-watch.ts';
import { narrowEvidence } from '../diagnosis/failed-forks/narrow-evidence.ts';
import { listConcerned, MOST_LISTED } from '../diagnosis/join.ts';
import { NearLimitsWatch } from '../diagnosis/near-limits/near-limits.ts';
import { People } from '../diagnosis/people.ts';
import { Programs } from '../diagnosis/programs.ts';
import { MOST_DRAWN, TimelineRecorder } from '../diagnosis/timeline.ts';
import { TopForkers } from '../diagnosis/top-forkers.ts';
import { readZombieParents } from '../diagnosis/zombie-parents.ts';
import type { CgroupPart } from '../host/views/cgroup-part.ts';
import type { ProcessView } from '../host/views/processes.ts';
import { identify, type Zombie } from '../procfs/zombies.ts';
import type { TaskKey } from '../program/key/parse.ts';
import type { NarrowedScopes } from '../scopes/narrow/narrowed-scopes.ts';

/** Forkers that the diagnosis of a part of a window lists, and processes of each: a name that is not in all parts must not be lost. */
const MOST_OF_PART = { names: 2_000, ids: 1_000 };

/** Who creates so many tasks between two dumps is looked at while it exists. */
const BUSY = 5;

/**
 * How much a diagnosis lists: what a `page` shows of a whole window, or all of a `part` of a window, so that the parts can be
 * put together by `JoinedDiagnosis`.
 */
export type Extent = 'page' | 'part';

/** Finds out, while a window is open, which limits made forks fail, who created most, and whose children are zombies. */
export class Investigation {
  readonly #failedForks: FailedForkWatch;
  readonly #forkers = new TopForkers();
  readonly #programs = new Programs();
  readonly #timeline = new TimelineRecorder();
  readonly #nearLimits: NearLimitsWatch;
  readonly #people: People;
  readonly #pathOf: ((cgroup: string) => string | undefined) | undefined;
  #isOpen = false;
  #zombiesAtOpen: readonly Zombie[] | undefined;
  /** Since when each zombie is known, by `identify`, on the kernel's clock. */
  #zombiesSince = new Map<string, number>();

  readonly #root: string;
  readonly #isInside: boolean;
  readonly #part: CgroupPart | undefined;
  readonly #extent: Extent;
  readonly #narrowed: NarrowedScopes | undefined;

  /**
   * @param pathOf - The path of a cgroup by its id; `undefined` where counts are not kept apart.
   * @param view - The /proc in which processes are looked up.
   * @param nowNs - Reads the clock on which dumps are cut.
   * @param part - What we see of the tree of cgroups; absent where it is all.
   * @param extent - How much a diagnosis lists.
   * @param narrowed - Tells those to whom the view is narrowed, whose keys alone are taken; absent where it is not.
   */
  constructor(
    pathOf: ((cgroup: string) => string | undefined) | undefined,
    view: Pick<ProcessView, 'sees' | 'root'>,
    nowNs: () => number,
    part?: CgroupPart,
    extent: Extent = 'page',
    narrowed?: NarrowedScopes,
  ) {
    this.#narrowed = narrowed;
    this.#extent = extent;
    this.#part = part;
    this.#pathOf = pathOf;
    const { root } = view;
    this.#root = root;
    this.#isInside = view.sees === 'none';
    this.#nearLimits = new NearLimitsWatch(view);
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
    this.#zombiesSince.clear();
    this.#see(zombies, cutNs);
    this.#reset(zombies);
    this.#timeline.open(cutNs);
    this.#isOpen = true;
  }

  take(key: TaskKey, count: number, nowMs: number): void {
    if (!this.#isOpen) return;
    this.#forkers.take(key, count);
    this.#programs.take(key, count);
    if (this.#extent === 'page') this.#timeline.take(key, count);
    if (isConcerned(key, count)) this.#people.meet(key.id);
    this.#failedForks.take(key, count, nowMs);
  }

  /**
   * All keys of a dump were taken.
   *
   * @param cutNs - When it was cut, on the kernel's clock.
   * @param isWhole - Everything since the dump before was counted.
   */
  cut(cutNs: number, isWhole: boolean): void {
    if (this.#isOpen) this.#timeline.cut(cutNs, isWhole);
  }

  /**
   * What is known of the window up to now: it may go on.
   *
   * @param zombies - All of the machine; `undefined` where they cannot be seen.
   * @param cutNs - When its last dump was cut, on the kernel's clock.
   */
  diagnose(zombies: readonly Zombie[] | undefined, cutNs: number): Diagnosis {
    this.#failedForks.close(cutNs);
    this.#see(zombies, cutNs);
    return this.#describe(this.#failedForks.evidence, zombies);
  }

  /**
   * Close the window and open the next one at the same cut, so that each key is in one of them.
   *
   * @returns What is known of the window that is closed.
   */
  turn(zombies: readonly Zombie[] | undefined, cutNs: number): Diagnosis {
    this.#see(zombies, cutNs);
    const diagnosis = this.#describe(this.#failedForks.turn(cutNs), zombies);
    this.#reset(zombies);
    return diagnosis;
  }

  /** Stop, and forget. */
  drop(): void {
    this.#isOpen = false;
    this.#reset(undefined);
  }

  #reset(zombies: readonly Zombie[] | undefined): void {
    this.#forkers.reset();
    this.#programs.reset();
    this.#people.reset();
    this.#zombiesAtOpen = zombies;
  }

  #describe(failedForks: FailedForkEvidence, zombies: readonly Zombie[] | undefined): Diagnosis {
    const pathOf = this.#pathOf;
    const isPart = this.#extent === 'part';
    const most = isPart ? MOST_OF_PART : { names: MOST_LISTED, ids: undefined };
    const forkers = pathOf === undefined ? null : this.#forkers.list(pathOf, most.names, most.ids);
    const found = {
      failedForks: this.#narrowed === undefined ? failedForks : narrowEvidence(failedForks),
      programs:
        pathOf === undefined
          ? null
          : isPart
            ? this.#programs.listAll(pathOf)
            : this.#programs.list(pathOf, MOST_LISTED),
      lifetimes: pathOf === undefined ? null : this.#programs.lifetimes,
      timeline: pathOf === undefined || isPart ? null : this.#timeline.read(pathOf, MOST_DRAWN),
      forkers,
      zombieParents: zombies === undefined ? null : this.#readParents(zombies),
      ...(this.#isInside ? { isInside: true } : {}),
      nearLimits: this.#nearLimits.look(this.#failedForks.places),
    };
    const concerned = listConcerned(found);
    if (!isPart) return { ...found, people: this.#people.list(concerned) };
    for (const id of concerned) this.#people.meet(id);
    return { ...found, people: this.#people.all };
  }

  #readParents(zombies: readonly Zombie[]) {
    const sinceNs = (zombie: Zombie) => this.#zombiesSince.get(identify(zombie)) ?? 0;
    const parents = readZombieParents(
      this.#zombiesAtOpen ?? [],
      zombies,
      this.#root,
      this.#part,
      this.#extent === 'part' ? sinceNs : undefined,
    );
    const narrowed = this.#narrowed;
    if (narrowed === undefined) return parents;
    return parents.filter((parent) => narrowed.isWantedProcess(parent, performance.now()));
  }

  /** Remember since when zombies are known. */
  #see(zombies: readonly Zombie[] | undefined, cutNs: number): void {
    if (this.#extent === 'page') return;
    const names = (zombies ?? []).map(identify);
    this.#zombiesSince = new Map(
      names.map((name) => [name, this.#zombiesSince.get(name) ?? cutNs]),
    );
  }
}

/** Somebody whom a reader may want to know of, and who may soon be gone. */
function isConcerned(key: TaskKey, count: number): boolean {
  return key.id !== 0 && (key.counter === 'error' || (count >= BUSY && isCreation(key)));
}

function isCreation({ counter }: TaskKey): boolean {
  return counter === 'process_created' || counter === 'thread_created';
}
