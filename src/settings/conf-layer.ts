import { findNearest } from './nearest.ts';
import { FOREIGN_NAMES, OPTIONS } from './options.ts';
import { type ConfLine, parseConf, quote } from './parse-conf.ts';
import type { Layer, Problem, Said } from './said.ts';

/** A file that was found. */
export interface ConfFile {
  /** As origins and complaints call it: `process.conf`. */
  readonly name: string;
  readonly path: string;
  /** It came with Netdata and nobody edited it: a name in it that we do not know is not reported. */
  readonly isStock: boolean;
  readonly text: string;
}

const SECTION = 'global';

/** What a file says in its `[global]`, and what is wrong with it. Other sections are not ours to judge. */
export function readConfLayer(file: ConfFile): Layer {
  const { lines, sections, ignored } = parseConf(file.text);
  const problems: Problem[] = ignored.map(({ line, sentence }) => ({
    sentence: `${file.name}:${line}: ${sentence}`,
    from: 'file',
  }));
  for (const { name, line } of sections) {
    if (name === SECTION || findNearest(name, [SECTION]) === undefined) continue;
    problems.push({
      sentence: `${file.name}:${line}: there is no section ${quote(`[${name}]`)}; the nearest is "[${SECTION}]"`,
      from: 'file',
    });
  }
  // The last line of a name counts, and an old name only where the new one is not there.
  const said = new Map<string, Said>();
  const saidByOldName = new Map<string, Said>();
  for (const one of lines.filter(({ section }) => section === SECTION)) {
    const option = OPTIONS.find(({ name }) => name === one.name);
    const renamed = OPTIONS.find(({ oldName }) => oldName?.name === one.name);
    if (option !== undefined) said.set(option.key, toSaid(file, one, option.key));
    else if (renamed !== undefined) {
      const { isOpposite } = renamed.oldName ?? {};
      saidByOldName.set(renamed.key, { ...toSaid(file, one, renamed.key), isOpposite });
    } else if (!file.isStock && !FOREIGN_NAMES.includes(one.name)) {
      problems.push({
        sentence: `${file.name}:${one.line}: ${describeUnknown(one.name)}`,
        from: 'file',
      });
    }
  }
  return {
    said: [...said.values(), ...[...saidByOldName.values()].filter(({ key }) => !said.has(key))],
    problems: cutProblems(problems, file.name),
  };
}

/** Problems of one file that are told one by one: it may be a file of another kind, in which no line makes sense. */
const MOST_PROBLEMS = 20;

function cutProblems(problems: readonly Problem[], name: string): readonly Problem[] {
  const more = problems.length - MOST_PROBLEMS;
  if (more <= 0) return problems;
  const rest = `${name}: ${more} more ${more === 1 ? 'line is' : 'lines are'} wrong`;
  return [...problems.slice(0, MOST_PROBLEMS), { sentence: rest, from: 'file' }];
}

function toSaid(file: ConfFile, { name, value, line }: ConfLine, key: Said['key']): Said {
  return { key, name, text: value, origin: { kind: 'file', place: `${file.name}:${line}` } };
}

function describeUnknown(name: string): string {
  const names = OPTIONS.flatMap((option) => option.name ?? []);
  const nearest = findNearest(name, names);
  return nearest === undefined
    ? `there is no option ${quote(name)}; there are ${names.join(', ')}`
    : `there is no option ${quote(name)}; the nearest is "${nearest}"`;
}
