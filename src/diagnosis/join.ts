import type { Diagnosis } from './diagnosis.ts';
import { joinEvidence } from './failed-forks/join-evidence.ts';
import type { Person } from './people.ts';
import { Programs } from './programs.ts';
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
  #knowsForkers = true;
  #knowsPrograms = true;
  #failedForks: Diagnosis['failedForks'] | undefined;
  #zombieParents: Diagnosis['zombieParents'] = null;

  /** @param fromNs - When the first window opened, on the kernel's clock. */
  constructor(fromNs: number) {
    this.#fromNs = fromNs;
  }

  /** Add the diagnosis of the next window. */
  add({ failedForks, forkers, programs, lifetimes, people, zombieParents }: Diagnosis): void {
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
  }

  /** Of all windows up to now; `null` where there was none. */
  get diagnosis(): Diagnosis | null {
    if (this.#failedForks === undefined) return null;
    const pathOf = (path: string) => (path === UNKNOWN_CGROUP ? undefined : path);
    const forkers = this.#knowsForkers ? this.#forkers.list(pathOf, MOST_LISTED) : null;
    const parents = this.#zombieParents?.map((parent) => this.#countNew(parent)) ?? null;
    return {
      failedForks: this.#failedForks,
      forkers,
      ...(this.#knowsPrograms
        ? {
            programs: this.#programs.list(pathOf, MOST_LISTED),
            lifetimes: this.#programs.lifetimes,
          }
        : { programs: null, lifetimes: null }),
      timeline: null,
      people: listConcerned(forkers, parents).flatMap((id) => this.#people.get(id) ?? []),
      zombieParents: parents,
    };
  }

  /** Children that are zombies since a moment in this window. */
  #countNew({ since = {}, ...parent }: ZombieParent): ZombieParent {
    const fresh = Object.entries(since).filter(([sinceNs]) => Number(sinceNs) > this.#fromNs);
    return { ...parent, newChildren: fresh.reduce((sum, [, count]) => sum + count, 0) };
  }
}

/** Ids of the processes that a reader may want to know: of each name the busiest, and those who have zombies. */
export function listConcerned(
  forkers: Diagnosis['forkers'],
  zombieParents: Diagnosis['zombieParents'],
): number[] {
  return [
    ...new Set([
      ...(forkers ?? []).flatMap(({ busiest }) => busiest.slice(0, 1).map(({ id }) => id)),
      ...(zombieParents ?? []).slice(0, MOST_LISTED).map(({ id }) => id),
    ]),
  ];
}
