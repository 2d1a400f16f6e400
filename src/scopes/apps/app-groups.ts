import { type AppPattern, parsePattern } from './app-pattern.ts';
import { DIALECTS, type Dialect } from './dialect.ts';
import { buildPatternIndex, type PatternIndex } from './pattern-index.ts';

/** The group of a task that no pattern matches, and whose parents have none. A file may give it patterns of its own. */
export const DEFAULT_APP_GROUP = 'other';

/** What an `apps_groups.conf` says. */
export interface AppGroups {
  readonly dialect: Dialect;
  /** In the order of the file; the first that matches a task decides. No two have both kind and text alike. */
  readonly patterns: readonly AppPattern[];
  /** Groups that are counted and sent to Netdata, and not drawn until somebody asks for it. */
  readonly hidden: ReadonlySet<string>;
  /** The patterns, laid out for `findFirst`. */
  readonly index: PatternIndex;
  /** Processes that pass nothing on to their children, and programs that run scripts; only where the dialect has them. */
  readonly managers: PatternIndex | undefined;
  readonly interpreters: PatternIndex | undefined;
}

/** Words of the lines `managers` and `interpreters`. */
export interface Roles {
  readonly managers: string[];
  readonly interpreters: string[];
}

/** What apps.plugin 2 begins with (netdata: src/collectors/apps.plugin/apps_targets.c). */
export function startRoles(): Roles {
  return {
    managers: [
      'init',
      'systemd',
      'containerd-shim-runc-v2',
      'docker-init',
      'tini',
      'dumb-init',
      'openrc-run.sh',
      'crond',
      'gnome-shell',
      'plasmashell',
      'xfwm4',
      '*python3*bin/yugabyted*',
      'spawn-plugins',
    ],
    interpreters: ['python', 'python2', 'python3', 'sh', 'bash', 'node', 'perl'],
  };
}

export function buildAppGroups(
  patterns: readonly AppPattern[],
  dialect: Dialect = DIALECTS.own,
  roles: Roles = startRoles(),
): AppGroups {
  const { ignoresCase } = dialect;
  const hasRoles = dialect.names === 'script';
  const indexWords = (words: readonly string[]) =>
    hasRoles
      ? buildPatternIndex(
          words.flatMap((word) => parsePattern(word, dialect) ?? []),
          ignoresCase,
        )
      : undefined;
  return {
    dialect,
    patterns,
    hidden: new Set(patterns.filter(({ hidden }) => hidden).map(({ group }) => group)),
    index: buildPatternIndex(patterns, ignoresCase),
    managers: indexWords(roles.managers),
    interpreters: indexWords(roles.interpreters),
  };
}
