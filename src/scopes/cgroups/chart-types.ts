import { fnv1a } from './fnv.ts';

/** What remains of 199 characters, which is all that Netdata 1.37 takes as a chart's id, without `.process_create`. */
const LONGEST_TYPE = 184;

/** `_` and eight digits. */
const SUFFIX_LENGTH = 9;

/** Types of cgroups that are gone are kept so long, so that their last events stay on their charts. */
const MOST_TYPES = 8_192;

/**
 * What Netdata does with a type that a cgroup wants: draws the cgroup's own charts under it, draws another's, whether or
 * not that one has been here, or has not said.
 */
export type Claim = 'drawn' | 'taken' | 'unknown';

interface GivenType {
  readonly wanted: string;
  readonly claim: Claim;
  readonly type: string;
}

/**
 * Gives each cgroup a chart type of its own.
 *
 * Where Netdata has not said, who comes first gets the type that Netdata would give; another one that wants the same while
 * the first one exists gets a hash of its path behind it. Netdata draws no charts for that other one.
 */
export class ChartTypes {
  readonly #longest: number;
  readonly #isLive: (path: string) => boolean;
  readonly #claimOf: (path: string) => Claim;
  readonly #onLost: () => void;
  readonly #given = new Map<string, GivenType>();
  readonly #holders = new Map<string, string>();

  /**
   * @param options.isLive - Whether a cgroup exists: the type of one that is gone may be given again, as when a container
   * is made anew under its old name.
   * @param options.claimOf - What Netdata says of a cgroup by now.
   * @param options.onLost - Called when a cgroup has to ask again: what it was given is drawn for another one.
   * @param options.longest - Most characters of a type. The default fits every Netdata; since 1.43, 900 fit.
   */
  constructor({
    isLive,
    claimOf = () => 'unknown',
    onLost = () => {},
    longest = LONGEST_TYPE,
  }: {
    readonly isLive: (path: string) => boolean;
    readonly claimOf?: (path: string) => Claim;
    readonly onLost?: () => void;
    readonly longest?: number | undefined;
  }) {
    this.#isLive = isLive;
    this.#claimOf = claimOf;
    this.#onLost = onLost;
    this.#longest = longest;
  }

  /**
   * The type for a cgroup; the same one as long as it wants the same.
   *
   * @param wanted - Of `a-z`, `0-9`, `_` and `-`.
   */
  give(wanted: string, path: string): string {
    const claim = this.#claimOf(path);
    const before = this.#given.get(path);
    if (before?.wanted === wanted && before.claim === claim) return before.type;
    if (before !== undefined && this.#holders.get(before.type) === path) {
      this.#holders.delete(before.type);
    }
    if (claim === 'drawn') this.#takeAway(wanted);
    const type = this.#choose(wanted, path, claim);
    this.#given.set(path, { wanted, claim, type });
    this.#holders.set(type, path);
    if (this.#given.size > MOST_TYPES) this.#dropGone();
    return type;
  }

  /** Who came first has it as long as Netdata has not said whose it is. One that is gone keeps it, for its last events. */
  #takeAway(type: string): void {
    const holder = this.#holders.get(type);
    if (holder === undefined || this.#isFree(type) || this.#claimOf(holder) === 'drawn') return;
    this.#holders.delete(type);
    this.#given.delete(holder);
    this.#onLost();
  }

  #choose(wanted: string, path: string, claim: Claim): string {
    // What is cut could be alike for two cgroups of different times, so it gets a hash always.
    if (claim !== 'taken' && wanted.length <= this.#longest && this.#isFree(wanted)) return wanted;
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
