import { fnv1a } from './fnv.ts';

/** Netdata 1.37 takes chart ids of up to 199 characters, of which `.process_create` takes 15. */
const LONGEST_TYPE = 184;

/** `_` and eight digits. */
const SUFFIX_LENGTH = 9;

/** Types that are kept before those of removed cgroups are forgotten: their last events belong on their charts. */
const MOST_TYPES = 8_192;

/**
 * What Netdata does with the type that a cgroup wants: it draws charts of this cgroup under it (`drawn`), or of another one
 * (`taken`), or does not say.
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
 * Where Netdata does not say, the first cgroup gets the type that Netdata would give it. Another one that wants the same type
 * while the first one exists gets the type with a hash of its path behind it; Netdata draws no charts for such a one.
 */
export class ChartTypes {
  readonly #longest: number;
  readonly #isLive: (path: string) => boolean;
  readonly #claimOf: (path: string) => Claim;
  readonly #onLost: () => void;
  /** How many are given when the removed ones are forgotten next. */
  #mostTypes = MOST_TYPES;
  readonly #given = new Map<string, GivenType>();
  readonly #holders = new Map<string, string>();

  /**
   * @param options.isLive - Whether a cgroup exists. The type of a removed one may be given again, as when a container is made
   * again under its old name.
   * @param options.claimOf - What Netdata says of a cgroup by now.
   * @param options.onLost - Called when a type is taken away from a cgroup, because Netdata draws another one under it.
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
   * The type for a cgroup; the same one as long as it wants the same and Netdata says the same.
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
    if (this.#given.size > this.#mostTypes) this.#dropGone();
    return type;
  }

  /** Take a type away from a cgroup that exists and that Netdata does not draw under it. */
  #takeAway(type: string): void {
    const holder = this.#holders.get(type);
    if (holder === undefined || this.#isFree(type) || this.#claimOf(holder) === 'drawn') return;
    this.#holders.delete(type);
    this.#given.delete(holder);
    this.#onLost();
  }

  #choose(wanted: string, path: string, claim: Claim): string {
    // A type that is cut always gets a hash, because two long ones may be equal when cut.
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
    // All of them are looked at, so that this is not done at each new one where many exist.
    this.#mostTypes = Math.max(MOST_TYPES, 2 * this.#given.size);
  }
}
