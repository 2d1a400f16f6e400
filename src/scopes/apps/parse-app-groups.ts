import { type AppGroups, buildAppGroups } from './app-groups.ts';
import { type AppPattern, parsePattern } from './app-pattern.ts';
import { showBytes } from './show-bytes.ts';
import { splitWords } from './split-words.ts';

/** Something in the file that does not do what its writer meant. The rest of the file is used. */
export interface AppGroupsProblem {
  /** Number of the line, from 1. */
  readonly line: number;
  /** Without a full stop. Names are as people read them, not bytes. */
  readonly sentence: string;
}

/** First words of lines that set something for a newer apps.plugin, and define no group. */
const SETTINGS = new Set(['managers', 'interpreters']);

/**
 * Read an `apps_groups.conf`: on each line a group and its patterns, `ssh: sshd scp sftp*`.
 *
 * A group may have several lines. `-` before its name, or before the first pattern of its first line, hides it.
 * Of two equal patterns the first one counts, and the second one is reported.
 *
 * @param text - A byte string: the file read as latin1.
 * @returns What can be read of the file, and what is wrong with the rest. Never throws.
 */
export function parseAppGroups(text: string): {
  groups: AppGroups;
  problems: AppGroupsProblem[];
} {
  const found: Found = { patterns: new Map(), isHidden: new Map() };
  // Editors on Windows write the three bytes of U+FEFF first.
  const lines = text.replace(/^\u00ef\u00bb\u00bf/, '').split(/\r\n|[\r\n]/);
  const problems = lines.flatMap((words, i) =>
    readLine(words, i + 1, found).map((sentence) => ({ line: i + 1, sentence })),
  );
  return { groups: buildAppGroups([...found.patterns.values()]), problems };
}

/** What the lines so far have said. */
interface Found {
  /** By kind and text. */
  readonly patterns: Map<string, AppPattern>;
  /** By group; its first pattern decides. */
  readonly isHidden: Map<string, boolean>;
}

/** Add a line to what was found. @returns Sentences about what is wrong with it. */
function readLine(text: string, line: number, found: Found): string[] {
  const { words, problems } = splitWords(text);
  const [name, ...patterns] = words;
  if (name === undefined) return problems;
  const group = name.replace(/^-+/, '');
  const hidden = group !== name;
  if (group === '') {
    problems.push('the line does not begin with the name of a group, and is left out');
  } else if (SETTINGS.has(group)) {
    problems.push(`${showBytes(group)} sets something for apps.plugin, and defines no group here`);
  } else if (patterns.length === 0) {
    problems.push(`group ${showBytes(group)} has no pattern on this line`);
  } else {
    if (hidden && found.isHidden.get(group) === false) problems.push(alreadyShown(group));
    for (const word of patterns)
      problems.push(...readPattern(word, { group, hidden, line }, found));
  }
  return problems;
}

function readPattern(
  word: string,
  { group, hidden, line }: Pick<AppPattern, 'group' | 'hidden' | 'line'>,
  found: Found,
): string[] {
  const read = parsePattern(word);
  if (read === undefined) return [`${showBytes(word)} is a pattern without a name to match`];
  const { pattern, ignored } = read;
  const key = `${pattern.kind} ${pattern.text}`;
  const first = found.patterns.get(key);
  if (first !== undefined) {
    return [
      `${showBytes(word)} is left out, because line ${first.line} has it for group ${showBytes(first.group)}`,
    ];
  }
  const problems: string[] = [];
  if (pattern.text.includes('*')) {
    problems.push(
      `an asterisk inside ${showBytes(word)} is read as text, and stands for nothing else`,
    );
  }
  if (ignored !== '') {
    problems.push(
      `${showBytes(ignored)} behind the asterisk of ${showBytes(word)} is ignored, because the text of a pattern cannot begin so`,
    );
  }
  if (pattern.hidden && found.isHidden.get(group) === false) problems.push(alreadyShown(group));
  const isHidden = found.isHidden.get(group) ?? (hidden || pattern.hidden);
  found.isHidden.set(group, isHidden);
  found.patterns.set(key, { ...pattern, group, hidden: isHidden, line });
  return problems;
}

/** A chart draws the whole group or nothing of it, so that a group cannot be hidden from a later line on. */
function alreadyShown(group: string): string {
  return `\`-\` hides group ${showBytes(group)} only where it is first named, before its name or its first pattern`;
}
