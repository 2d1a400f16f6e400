import { findNearest } from './nearest.ts';
import { FOREIGN_NAMES, OPTIONS } from './options.ts';
import { type Complaint, type ConfLine, parseConf, quote } from './parse-conf.ts';
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
  const complaints: Complaint[] = [...ignored];
  for (const { name, line } of sections) {
    if (name === SECTION || findNearest(name, [SECTION]) === undefined) continue;
    const describe = () =>
      `there is no section ${quote(`[${name}]`)}; the nearest is "[${SECTION}]"`;
    complaints.push({ line, describe });
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
      complaints.push({ line: one.line, describe: () => describeUnknown(one.name) });
    }
  }
  return {
    said: [...said.values(), ...[...saidByOldName.values()].filter(({ key }) => !said.has(key))],
    problems: tell(complaints, file.name),
  };
}

/** Problems of one file that are told one by one: it may be a file of another kind, in which no line makes sense. */
const MOST_PROBLEMS = 20;

function tell(complaints: readonly Complaint[], name: string): readonly Problem[] {
  const problems = complaints.slice(0, MOST_PROBLEMS).map(
    ({ line, describe }): Problem => ({
      sentence: `${name}:${line}: ${describe()}`,
      from: 'file',
    }),
  );
  const more = complaints.length - MOST_PROBLEMS;
  if (more <= 0) return problems;
  const rest = `${name}: ${more} more ${more === 1 ? 'line is' : 'lines are'} wrong`;
  return [...problems, { sentence: rest, from: 'file' }];
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
