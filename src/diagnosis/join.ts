import type { Diagnosis } from './diagnosis.ts';
import { joinEvidence } from './failed-forks/join-evidence.ts';
import type { Person } from './people.ts';
import { Programs } from './programs.ts';
import { MOST_DRAWN, TimelineRecorder } from './timeline.ts';
import { TopForkers, UNKNOWN_CGROUP } from './top-forkers.ts';
import type { ZombieParent } from './zombie-parents.ts';

/** Names that a diagnosis lists; a page shows fewer. */
export const MOST_LISTED = 100;

/** People that are remembered for one joined window. */
const MOST_PEOPLE = 2_000;

/** Puts the diagnoses of windows that follow one another together to that of one long window, in bounded memory. */
export class JoinedDiagnosis {
  readonly #fromNs: number;
  readonly #forkers = new TopForkers();
  readonly #programs = new Programs();
  readonly #people = new Map<number, Person>();
  readonly #timeline: TimelineRecorder | undefined;
  #knowsForkers = true;
  #knowsPrograms = true;
  #failedForks: Diagnosis['failedForks'] | undefined;
  #zombieParents: Diagnosis['zombieParents'] = null;
  #isInside = false;
  #nearLimits: Diagnosis['nearLimits'] = { near: [], unknown: [] };

  /**
   * @param fromNs - When the first window opened, on the kernel's clock.
   * @param hasTimeline - It is to have a timeline, of which each window is one interval.
   */
  constructor(fromNs: number, hasTimeline = true) {
    this.#fromNs = fromNs;
    this.#timeline = hasTimeline ? new TimelineRecorder() : undefined;
    this.#timeline?.open(fromNs);
  }

  /**
   * Add the diagnosis of the next window.
   *
   * @param cutNs - When it closed, on the kernel's clock.
   * @param isWhole - All of it was counted.
   */
  add(diagnosis: Diagnosis, cutNs: number, isWhole: boolean): void {
    const { failedForks, forkers, programs, lifetimes, people, zombieParents } = diagnosis;
    this.#failedForks =
      this.#failedForks === undefined ? failedForks : joinEvidence(this.#failedForks, failedForks);
    this.#knowsForkers &&= forkers !== null;
    for (const one of forkers ?? []) this.#forkers.add(one);
    this.#knowsPrograms &&= programs !== null && lifetimes !== null;
    this.#programs.add(programs ?? [], lifetimes ?? []);
    for (const person of people) {
      if (this.#people.size < MOST_PEOPLE && !this.#people.has(person.id))
        this.#people.set(person.id, person);
    }
    this.#zombieParents = zombieParents;
    this.#nearLimits = diagnosis.nearLimits;
    this.#isInside ||= diagnosis.isInside ?? false;
    if (this.#timeline === undefined) return;
    this.#draw(diagnosis, this.#timeline);
    this.#timeline.cut(cutNs, isWhole);
  }

  /** What was done in the window is one interval of the timeline. */
  #draw({ forkers, programs, failedForks }: Diagnosis, timeline: TimelineRecorder): void {
    for (const { comm, cgroup, created } of forkers ?? []) {
      const whose = { comm, cgroup: cgroup ?? UNKNOWN_CGROUP };
      timeline.take({ ...whose, counter: 'process_created' }, created.processes + created.threads);
    }
    for (const { comm, cgroup, execs } of programs ?? []) {
      if (comm === null || execs === 0) continue;
      timeline.take({ comm, cgroup: cgroup ?? UNKNOWN_CGROUP, counter: 'exec' }, execs);
    }
    for (const { comm, counts } of failedForks.callers) {
      const failed = Object.values(counts).reduce((sum, count) => sum + count, 0);
      timeline.take({ comm, cgroup: UNKNOWN_CGROUP, counter: 'error' }, failed);
    }
  }

  /** Of all windows up to now; `null` where there was none. */
  get diagnosis(): Diagnosis | null {
    if (this.#failedForks === undefined) return null;
    const pathOf = (path: string) => (path === UNKNOWN_CGROUP ? undefined : path);
    const forkers = this.#knowsForkers ? this.#forkers.list(pathOf, MOST_LISTED) : null;
    const programs = this.#knowsPrograms ? this.#programs.list(pathOf, MOST_LISTED) : null;
    const found = {
      failedForks: this.#failedForks,
      forkers,
      programs,
      lifetimes: this.#knowsPrograms ? this.#programs.lifetimes : null,
      timeline: this.#knowsPrograms ? (this.#timeline?.read(pathOf, MOST_DRAWN) ?? null) : null,
      ...(this.#isInside ? { isInside: true } : {}),
      nearLimits: this.#nearLimits,
      zombieParents: this.#zombieParents?.map((parent) => this.#countNew(parent)) ?? null,
    };
    return { ...found, people: listConcerned(found).flatMap((id) => this.#people.get(id) ?? []) };
  }

  /** Children that are zombies since a moment in this window. */
  #countNew({ since = {}, ...parent }: ZombieParent): ZombieParent {
    const fresh = Object.entries(since).filter(([sinceNs]) => Number(sinceNs) > this.#fromNs);
    return { ...parent, newChildren: fresh.reduce((sum, [, count]) => sum + count, 0) };
  }
}

/** Ids of the processes that a reader may want to know of. */
export function listConcerned({
  forkers,
  zombieParents,
  failedForks,
  programs,
  nearLimits,
}: Omit<Diagnosis, 'people' | 'lifetimes' | 'timeline'>): number[] {
  return [
    ...new Set([
      ...(forkers ?? []).flatMap(({ busiest }) => busiest.slice(0, 1).map(({ id }) => id)),
      ...(zombieParents ?? []).slice(0, MOST_LISTED).map(({ id }) => id),
      ...failedForks.callers.slice(0, MOST_LISTED).map(({ pid }) => pid),
      ...nearLimits.near.flatMap(({ filler, holder }) =>
        [filler, holder].flatMap((one) => one?.id ?? []),
      ),
      ...(programs ?? []).flatMap(({ parents }) => parents.slice(0, 1).map(({ id }) => id)),
    ]),
  ];
}
