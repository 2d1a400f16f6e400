import { groupDigits, printable } from '../page-table.ts';
import type { Findable } from './finding.ts';

type Person = Findable['diagnosis']['people'][number];

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
  return `${printable(person?.comm ?? comm ?? 'gone')} (${who})${nameWhere(cgroup)}`;
}

/** ` in poll.service`, the last part of a path; empty for the root and for what is not known. */
export function nameWhere(cgroup: string | null): string {
  const last = cgroup
    ?.split('/')
    .filter((part) => part !== '')
    .at(-1);
  return last === undefined ? '' : ` in ${printable(last)}`;
}

/** The innermost systemd unit of a cgroup as a word for a shell; `undefined` where it is in none of these kinds. */
export function quoteUnit(cgroup: string | null, kinds: readonly string[]): string | undefined {
  const unit = cgroup?.split('/').findLast((part) => kinds.some((kind) => part.endsWith(kind)));
  return unit === undefined ? undefined : `'${unit.replaceAll("'", "'\\''")}'`;
}

/** Lines of evidence on who it is: its command line, and whose child it is. */
export function describePerson(report: Findable, pid: number | undefined): string[] {
  const person = findPerson(report, pid);
  if (person === undefined) return [];
  const line = person.line.map(printable).join(' ');
  const parents = person.ancestors.map(({ pid: id, comm }) => `${printable(comm)} (${id})`);
  return [
    ...(line === '' ? [] : [`line: ${line}`]),
    ...(parents.length === 0 ? [] : [`started by: ${parents.join(' < ')}`]),
  ];
}

/** `3,410 of 5,219 (65 %)`. */
export function share(part: number, all: number): string {
  return `${groupDigits(part)} of ${groupDigits(all)} (${Math.floor((part / all) * 100)} %)`;
}
