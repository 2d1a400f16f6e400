import { quoteCommand } from '../command-line.ts';
import { groupDigits, printable } from '../page-table.ts';
import { nameWhere } from '../place-name.ts';
import { toShellWord } from '../shell-word.ts';
import type { Findable } from './finding.ts';

type Person = Findable['diagnosis']['people'][number];

/** Words of a command line that are shown; a page has one line for it. */
const LINE_CHARACTERS = 120;

/** What is known of a process that was met in the window. */
export function findPerson({ diagnosis }: Findable, pid: number | undefined): Person | undefined {
  return diagnosis.people.find((person) => person.pid === pid);
}

/** `storm.sh (30421, root) in poll.service`. */
export function nameProcess(
  report: Findable,
  pid: number,
  comm: string | null,
  cgroup: string | null,
): string {
  const person = findPerson(report, pid);
  const who = person === undefined ? `${pid}` : `${pid}, ${printable(person.user)}`;
  return `${printable(person?.comm ?? comm ?? 'gone')} (${who})${nameWhere(report, cgroup)}`;
}

/** The innermost systemd unit of a cgroup as a word for a shell; `undefined` where it is in none of these kinds. */
export function quoteUnit(cgroup: string | null, kinds: readonly string[]): string | undefined {
  const unit = cgroup?.split('/').findLast((part) => kinds.some((kind) => part.endsWith(kind)));
  return unit === undefined ? undefined : toShellWord(Buffer.from(unit).toString('latin1'));
}

/** Lines of evidence on who it is: its command line, and whose child it is. */
export function describePerson(report: Findable, pid: number | undefined): string[] {
  const person = findPerson(report, pid);
  if (person === undefined) return [];
  const parents = person.ancestors.map(({ pid: id, comm }) => `${printable(comm)} (${id})`);
  return [
    ...describeLine(person),
    ...(parents.length === 0 ? [] : [`started by: ${parents.join(' < ')}`]),
  ];
}

function describeLine({ line }: Person): string[] {
  return line.length === 0 ? [] : [`line: ${quoteCommand(line, LINE_CHARACTERS)}`];
}

/** `3,410 of 5,219 (65 %)`. */
export function share(part: number, all: number): string {
  return `${groupDigits(part)} of ${groupDigits(all)} (${percent(part, all)})`;
}

/** `65 %`, rounded down. */
export function percent(part: number, all: number): string {
  return `${Math.floor((part / all) * 100)} %`;
}
