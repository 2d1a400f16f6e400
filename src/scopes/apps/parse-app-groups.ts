import { type AppGroups, buildAppGroups, type Roles, startRoles } from './app-groups.ts';
import { type AppPattern, parsePattern, type ReadPattern } from './app-pattern.ts';
import type { Dialect } from './dialect.ts';
import { explainRepetition, keyToFind, keyToKeep } from './repetitions.ts';
import { explainShadowed } from './shadowed.ts';
import { showBytes } from './show-bytes.ts';
import { splitWords } from './split-words.ts';

/** Something in the file that does not do what its writer meant. The rest of the file is used. */
export interface AppGroupsProblem {
  /** Number of the line, from 1. */
  readonly line: number;
  /** Without a full stop. Names are as people read them, not bytes. */
  readonly sentence: string;
}

/** Netdata's own file has some 600. One more task with a long command line costs more with each wildcard. */
const MOST_PATTERNS = 10_000;
const MOST_WILDCARDS = 100;

/**
 * Read an `apps_groups.conf`: on each line a group and its patterns, `ssh: sshd scp sftp*`.
 *
 * A group may have several lines. `-` before its name, or before the first pattern of its first line, hides it where the
 * dialect has options.
 *
 * @param text - A byte string: the file read as latin1.
 * @returns What can be read of the file, and what is wrong with the rest; `refused`, the end of a sentence about the file,
 * where it is too long to be used. Never throws.
 */
export function parseAppGroups(
  text: string,
  dialect: Dialect,
): { groups: AppGroups; problems: AppGroupsProblem[]; refused?: string } {
  const found: Found = {
    dialect,
    patterns: [],
    firsts: new Map(),
    isHidden: new Map(),
    roles: startRoles(),
    words: 0,
    wildcards: 0,
  };
  // Editors on Windows write the three bytes of U+FEFF first.
  const lines = text.replace(/^\u00ef\u00bb\u00bf/, '').split(/\r\n|[\r\n]/);
  const problems: AppGroupsProblem[] = [];
  for (const [i, words] of lines.entries()) {
    for (const sentence of readLine(words, i + 1, found)) problems.push({ line: i + 1, sentence });
    const refused = refuse(found);
    if (refused !== undefined)
      return { groups: buildAppGroups([], dialect), problems: [], refused };
  }
  const groups = buildAppGroups(found.patterns, dialect, found.roles);
  const all = [...problems, ...explainShadowed(groups)];
  return { groups, problems: all.sort((a, b) => a.line - b.line) };
}

/** What the lines so far have said. */
interface Found {
  readonly dialect: Dialect;
  readonly patterns: AppPattern[];
  /** By what Netdata knows a pattern again by. */
  readonly firsts: Map<string, AppPattern>;
  /** By group; its first pattern decides. */
  readonly isHidden: Map<string, boolean>;
  readonly roles: Roles;
  /** Patterns, those left out too. */
  words: number;
  wildcards: number;
}

function refuse({ words, wildcards }: Found): string | undefined {
  if (words > MOST_PATTERNS) return `has more than ${MOST_PATTERNS} patterns`;
  return wildcards > MOST_WILDCARDS
    ? `has more than ${MOST_WILDCARDS} patterns with an asterisk inside`
    : undefined;
}

/** Add a line to what was found. @returns Sentences about what is wrong with it. */
function readLine(text: string, line: number, found: Found): string[] {
  const { dialect } = found;
  const { words, problems } = splitWords(text);
  const [name, ...patterns] = words;
  if (name === undefined) return problems;
  if (isRole(name) && dialect.names !== 'comm')
    return [...problems, ...readRole(name, patterns, found)];
  const group = dialect.hasOptions ? name.replace(/^-+/, '') : name;
  const hidden = group !== name;
  if (group === '') {
    problems.push('the line does not begin with the name of a group, and is left out');
  } else if (patterns.length === 0) {
    problems.push(`group ${showBytes(group)} has no pattern on this line`);
  } else {
    if (hidden && found.isHidden.get(group) === false) problems.push(alreadyShown(group));
    problems.push(...readPatterns(patterns, { group, hidden, line }, found));
  }
  return problems;
}

function isRole(name: string): name is keyof Roles {
  return name === 'managers' || name === 'interpreters';
}

/** A line that sets something for Netdata 2. */
function readRole(name: keyof Roles, words: readonly string[], found: Found): string[] {
  if (found.dialect.names !== 'script')
    return [`${showBytes(name)} sets something for Netdata 2, and defines no group here`];
  const list = found.roles[name];
  found.words += words.length;
  if (words.length === 1 && words[0] === 'clear') list.length = 0;
  else for (const word of words) list.push(word);
  return words.length === 0 ? [`${showBytes(name)} has no name on this line`] : [];
}

type Place = Pick<AppPattern, 'group' | 'hidden' | 'line'>;

/** Where Netdata knows the first pattern of a line again, it takes the rest of the line for the group of that one. */
function readPatterns(words: readonly string[], place: Place, found: Found): string[] {
  const problems: string[] = [];
  let { group } = place;
  let isFirst = true;
  for (const word of words) {
    found.words += 1;
    if (found.words > MOST_PATTERNS) break;
    const read = parsePattern(word, found.dialect);
    if (read === undefined) {
      problems.push(`${showBytes(word)} is a pattern without a name to match`);
      continue;
    }
    const known = found.firsts.get(keyToFind(word, read, found.dialect));
    if (known === undefined) {
      problems.push(...explainPattern(word, read, found.dialect));
      problems.push(...addPattern(word, read, { ...place, group }, found));
    } else {
      const joins = isFirst && words.length > 1 && found.dialect.repetitions !== undefined;
      if (known.group !== group) problems.push(explainRepetition(word, known, joins));
      if (joins) group = known.group;
    }
    isFirst = false;
  }
  return problems;
}

function addPattern(word: string, read: ReadPattern, place: Place, found: Found): string[] {
  const { group, line } = place;
  const { kind, text, isWildcard, debug } = read;
  const problems = read.hidden && found.isHidden.get(group) === false ? [alreadyShown(group)] : [];
  const hidden = found.isHidden.get(group) ?? (place.hidden || read.hidden);
  const pattern = { group, kind, text, isWildcard, hidden, debug, line };
  found.isHidden.set(group, hidden);
  found.patterns.push(pattern);
  if (isWildcard) found.wildcards += 1;
  const key = keyToKeep(word, read, found.dialect);
  if (!found.firsts.has(key)) found.firsts.set(key, pattern);
  return problems;
}

function explainPattern(word: string, { text, ignored }: ReadPattern, dialect: Dialect): string[] {
  const problems: string[] = [];
  if (!dialect.hasWildcards && text.includes('*')) {
    problems.push(
      `an asterisk inside ${showBytes(word)} is text to ${dialect.name}, and stands for nothing else before Netdata 2.0`,
    );
  }
  if (ignored !== '') {
    problems.push(
      `${showBytes(ignored)} behind the asterisk of ${showBytes(word)} is ignored, because the text of a pattern cannot begin so`,
    );
  }
  return problems;
}

/** A chart draws the whole group or nothing of it, so that a group cannot be hidden from a later line on. */
function alreadyShown(group: string): string {
  return `\`-\` hides group ${showBytes(group)} only where it is first named, before its name or its first pattern`;
}
