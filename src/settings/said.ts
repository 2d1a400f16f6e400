import type { Settings } from './settings.ts';

/** Where a value comes from. */
export interface Origin {
  readonly kind: 'flag' | 'file' | 'argument' | 'default';
  /** `--mode`, `process.conf:12`, `update_every`, `default`. */
  readonly place: string;
}

/** One value that a flag, a file or an argument gives to an option. */
export interface Said {
  readonly key: keyof Settings;
  /** The name that it has in that place. */
  readonly name: string;
  readonly text: string;
  readonly origin: Origin;
  /** Yes means no, as in `disable apps = yes`. */
  readonly isOpposite?: boolean | undefined;
}

/** Something that is wrong with what was said. */
export interface Problem {
  /** Begins with the place. */
  readonly sentence: string;
  /** `flag`: on the command line, by whoever waits for an answer. */
  readonly from: Origin['kind'];
  /** The setting that it was meant for; absent where it is meant for none that exists. */
  readonly key?: keyof Settings;
}

/** What one place says about options. */
export interface Layer {
  readonly said: readonly Said[];
  readonly problems: readonly Problem[];
}
