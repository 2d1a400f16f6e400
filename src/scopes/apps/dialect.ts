/** How an `apps_groups.conf` is read: Netdata changed that with its versions. */
export interface Dialect {
  /** For people. */
  readonly name: string;
  /** An asterisk inside a pattern stands for any text; else for itself. */
  readonly hasWildcards: boolean;
  /** ASCII letters alone: bytes of UTF-8 are compared as they are. */
  readonly ignoresCase: boolean;
  /** `-` before a name hides a group, `+` before a pattern does nothing here; else both are letters of it. */
  readonly hasOptions: boolean;
  /**
   * What a process is called: `comm` as the kernel has it, up to 15 bytes; `whole` that, completed from its command line
   * where it was cut; `script` completed always, and the name of its script for an interpreter.
   */
  readonly names: 'comm' | 'whole' | 'script';
  /** Where a name was completed, prefixes and suffixes are compared with the comm too. */
  readonly comparesBoth: boolean;
  /**
   * From whom a process has its group that matches nothing: from its parents, without init or with it; or from its parents up
   * to a manager, below which it is a group of its own.
   *
   * apps.plugin 1.x also gives a parent the group of the first child that it sees, and keeps it so. Here that would count what
   * a shell creates for whatever it happened to start first.
   */
  readonly inherits: 'from parents' | 'from parents and init' | 'up to a manager';
  /** What Netdata makes of a pattern that it has read before. `undefined`: it counts where it stands first, nothing else. */
  readonly repetitions: 'join the earlier group' | undefined;
}

const SECOND: Dialect = {
  name: 'Netdata 2.0 to 2.5',
  hasWildcards: true,
  ignoresCase: false,
  hasOptions: false,
  names: 'script',
  comparesBoth: false,
  inherits: 'up to a manager',
  repetitions: 'join the earlier group',
};

/** Measured on apps.plugin 1.37, read in the sources of apps.plugin of the other versions. */
export const DIALECTS = {
  first: {
    name: 'Netdata 1.x',
    hasWildcards: false,
    ignoresCase: false,
    hasOptions: true,
    names: 'comm',
    comparesBoth: false,
    inherits: 'from parents and init',
    repetitions: 'join the earlier group',
  },
  second: SECOND,
  /** netdata/netdata#20386 */
  caseless: { ...SECOND, name: 'Netdata 2.6', ignoresCase: true, comparesBoth: true },
  /** Of our own list, and of a file that no Netdata is there to read. */
  own: {
    name: 'ebpf-processes',
    hasWildcards: true,
    ignoresCase: false,
    hasOptions: true,
    names: 'whole',
    comparesBoth: false,
    inherits: 'from parents',
    repetitions: undefined,
  },
} as const satisfies Readonly<Record<string, Dialect>>;

/**
 * The dialect of a version of Netdata.
 *
 * @param version - `v1.37.1`, `2.11.0-35-nightly`, `2`.
 * @returns `undefined` for what is no version.
 */
export function dialectOf(version: string): Dialect | undefined {
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined) return undefined;
  // A major version alone means the newest of it. 1.48 to 1.99 are what became 2.0.
  if (major === '1') return Number(minor ?? 0) < 48 ? DIALECTS.first : DIALECTS.second;
  if (major === '0') return DIALECTS.first;
  return major === '2' && Number(minor ?? 6) < 6 ? DIALECTS.second : DIALECTS.caseless;
}

/** Words that only the stock file of Netdata 2 has, behind a `#` or not. */
const SECOND_WORDS = /^#*(?:managers|interpreters):/m;

/**
 * The dialect that a file tells by its form.
 *
 * @returns `undefined` where it tells nothing.
 */
export function dialectOfText(text: string): Dialect | undefined {
  return SECOND_WORDS.test(text) ? DIALECTS.caseless : undefined;
}
