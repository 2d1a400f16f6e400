import { fnv1a } from './fnv.ts';

/** What remains of 199 characters, which is all that Netdata 1.37 takes as a chart's id, without `.process_create`. */
const LONGEST_TYPE = 184;

/** `_` and eight digits. */
const SUFFIX_LENGTH = 9;

/** Types of cgroups that are gone are kept so long, so that their last events stay on their charts. */
const MOST_TYPES = 8_192;

interface GivenType {
  readonly wanted: string;
  readonly isTaken: boolean;
  readonly type: string;
}

/**
 * Gives each cgroup a chart type of its own.
 *
 * Who comes first gets the type that Netdata would give; another one that wants the same while the first one exists
 * gets a hash of its path behind it. Netdata draws no charts for that other one.
 */
export class ChartTypes {
  readonly #longest: number;
  readonly #isLive: (path: string) => boolean;
  readonly #given = new Map<string, GivenType>();
  readonly #holders = new Map<string, string>();

  /**
   * @param isLive - Whether a cgroup exists: the type of one that is gone may be given again, as when a container is
   * made anew under its old name.
   * @param longest - Most characters of a type. The default fits every Netdata; since 1.43, 900 fit.
   */
  constructor(isLive: (path: string) => boolean, longest = LONGEST_TYPE) {
    this.#isLive = isLive;
    this.#longest = longest;
  }

  /**
   * The type for a cgroup; the same one as long as it wants the same.
   *
   * @param wanted - Of `a-z`, `0-9`, `_` and `-`.
   * @param isTaken - Netdata has given it to another cgroup, whether or not that one has been here.
   */
  give(wanted: string, path: string, isTaken = false): string {
    const before = this.#given.get(path);
    if (before?.wanted === wanted && before.isTaken === isTaken) return before.type;
    if (before !== undefined && this.#holders.get(before.type) === path) {
      this.#holders.delete(before.type);
    }
    const type = this.#choose(wanted, path, isTaken);
    this.#given.set(path, { wanted, isTaken, type });
    this.#holders.set(type, path);
    if (this.#given.size > MOST_TYPES) this.#dropGone();
    return type;
  }

  #choose(wanted: string, path: string, isTaken: boolean): string {
    // What is cut could be alike for two cgroups of different times, so it gets a hash always.
    if (!isTaken && wanted.length <= this.#longest && this.#isFree(wanted)) return wanted;
    const start = wanted.slice(0, this.#longest - SUFFIX_LENGTH);
    for (let salt = ''; ; salt += '/') {
      const type = `${start}_${fnv1a(path + salt)
        .toString(16)
        .padStart(8, '0')}`;
      if (this.#isFree(type)) return type;
    }
  }

  #isFree(type: string): boolean {
    const holder = this.#holders.get(type);
    return holder === undefined || !this.#isLive(holder);
  }

  #dropGone(): void {
    for (const [path, { type }] of this.#given) {
      if (this.#isLive(path)) continue;
      this.#given.delete(path);
      if (this.#holders.get(type) === path) this.#holders.delete(type);
    }
  }
}
