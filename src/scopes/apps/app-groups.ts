import type { AppPattern } from './app-pattern.ts';
import { buildPatternIndex, type PatternIndex } from './pattern-index.ts';

/** The group of a task that no pattern matches, and whose parents have none. A file may give it patterns of its own. */
export const DEFAULT_APP_GROUP = 'other';

/** What an `apps_groups.conf` says. */
export interface AppGroups {
  /** In the order of the file; the first that matches a task decides. No two have both kind and text alike. */
  readonly patterns: readonly AppPattern[];
  /** Groups that are counted and sent to Netdata, and not drawn until somebody asks for it. */
  readonly hidden: ReadonlySet<string>;
  /** The patterns, laid out for `matchAppGroup`. */
  readonly index: PatternIndex;
}

export function buildAppGroups(patterns: readonly AppPattern[]): AppGroups {
  return {
    patterns,
    hidden: new Set(patterns.filter(({ hidden }) => hidden).map(({ group }) => group)),
    index: buildPatternIndex(patterns),
  };
}
