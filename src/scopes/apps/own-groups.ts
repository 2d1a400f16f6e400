import { DEFAULT_APP_GROUP } from './app-groups.ts';

/** A chart has no more dimensions than one can look at, and a storm may have a new name for each task. */
const MOST_OWN_GROUPS = 500;

/** Groups of processes that no pattern matches, each by its name. What comes after the first 500 is `other`. */
export class OwnGroups {
  readonly #names = new Set<string>();

  open(name: string): string {
    if (this.#names.size < MOST_OWN_GROUPS) this.#names.add(name);
    return this.#names.has(name) ? name : DEFAULT_APP_GROUP;
  }
}
