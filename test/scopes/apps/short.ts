import type { Dialect } from '../../../src/scopes/apps/dialect.ts';
import { Identifier, type Identity } from '../../../src/scopes/apps/identify.ts';
import { parseAppGroups } from '../../../src/scopes/apps/parse-app-groups.ts';

/** Who a process is by a list of app groups. */
export function identify(dialect: Dialect, text: string, comm: string, cmdline?: string): Identity {
  const identifier = new Identifier(parseAppGroups(text, dialect).groups);
  return cmdline === undefined ? identifier.ofComm(comm) : identifier.ofProcess({ comm, cmdline });
}

/** Whether one pattern matches a process. */
export function matches(dialect: Dialect, pattern: string, comm: string, cmdline: string): boolean {
  return identify(dialect, `g: ${pattern}`, comm, cmdline).group === 'g';
}

/** `group = pattern` for each pattern, and `line: sentence` for each problem. */
export function inShort(
  text: string,
  dialect: Dialect,
): { patterns: string[]; problems: string[] } {
  const { groups, problems } = parseAppGroups(text, dialect);
  return {
    patterns: groups.patterns.map(({ group, kind, text }) => {
      const before = kind === 'suffix' || kind === 'substring' ? '*' : '';
      const after = kind === 'prefix' || kind === 'substring' ? '*' : '';
      return `${group} = ${before}${text}${after}`;
    }),
    problems: problems.map(({ line, sentence }) => `${line}: ${sentence}`),
  };
}
