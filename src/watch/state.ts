import { type History, NO_HISTORY, remember } from './history.ts';
import type { Update } from './update.ts';

/** By what the programs are sorted; `all` is all that they did. */
export const SORTS = ['all', 'created', 'threads', 'execs', 'failed'] as const;
export type Sort = (typeof SORTS)[number];

/** What the second table shows. */
export const GROUPS = ['cgroups', 'services', 'apps'] as const;
export type Groups = (typeof GROUPS)[number];

/** What is known of the machine. */
export interface Seen {
  /** `undefined` before the first interval is over. */
  readonly update: Update | undefined;
  readonly history: History;
}

export interface Notice {
  readonly text: string;
  /** When the interval before it ended, in milliseconds since 1970. */
  readonly atMs: number;
}

/** All that the screen is made of. A value: keys and updates turn it into another. */
export interface WatchState {
  readonly seen: Seen;
  /** What the screen shows while it is paused; `undefined` where it is not. */
  readonly paused: Seen | undefined;
  readonly sort: Sort;
  readonly groups: Groups;
  /** Only programs and groups with this text in their names are shown. */
  readonly filter: string;
  /** A filter that is being typed. */
  readonly typed: string | undefined;
  readonly isHelp: boolean;
  readonly notices: readonly Notice[];
}

export const START: WatchState = {
  seen: { update: undefined, history: NO_HISTORY },
  paused: undefined,
  sort: 'all',
  groups: 'cgroups',
  filter: '',
  typed: undefined,
  isHelp: false,
  notices: [],
};

/** Notices that are kept. */
const MOST_NOTICES = 20;

/** How long a notice is shown. */
export const NOTICE_MS = 60_000;

/** An interval is over. */
export function takeUpdate(state: WatchState, update: Update): WatchState {
  const history = remember(state.seen.history, update.point);
  return { ...state, seen: { update, history } };
}

/** Something happened that the user should know. */
export function takeNotice(state: WatchState, text: string): WatchState {
  const { update } = state.seen;
  const atMs = update === undefined ? Number.NEGATIVE_INFINITY : update.point.endMs;
  return { ...state, notices: [...state.notices, { text, atMs }].slice(-MOST_NOTICES) };
}
