import type { Settings } from './settings.ts';

/** Where a value comes from. */
export interface Origin {
  readonly kind: 'flag' | 'file' | 'argument' | 'default';
  /** `--mode`, `process.conf:12`, `update_every`, `default`. */
  readonly place: string;
}

/** An option as somebody said it somewhere. */
export interface Said {
  readonly key: keyof Settings;
  /** What it is called there. */
  readonly name: string;
  readonly text: string;
  readonly origin: Origin;
  /** Yes means no. */
  readonly isOpposite?: boolean | undefined;
}

/** One sentence about something that is wrong, its place first. */
export interface Problem {
  readonly sentence: string;
  /** The setting that goes without it. */
  readonly key?: keyof Settings;
}

/** One of the places where options can be said. */
export interface Layer {
  readonly said: readonly Said[];
  readonly problems: readonly Problem[];
}
