import { groupDigits, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type Scope = NonNullable<Report['apps']>[number];

/** Longer names are cut in the middle: both ends of a path tell something. */
const NAME_CHARACTERS = 40;

const HEAD = ['>created', '>threads', '>execs', '>exited', '>thr exited', '>released', '>failed'];

/** One table of scopes, the busiest first. Below: the sum of those not shown, what was dropped, what is unattributed. */
export function renderScopes(
  title: string,
  scopes: readonly Scope[],
  rests: Readonly<Partial<Record<'dropped' | 'unattributed', Report['system']>>> | null,
  top: number,
  style: Style,
): string {
  const rows = scopes
    .slice(0, top)
    .map((scope) => [`${shorten(printable(scope.name))}${mark(scope)}`, ...cells(scope)]);
  const more = scopes.slice(top);
  if (more.length > 0) rows.push([style('dim', `${more.length} more`), ...cells(sum(more))]);
  for (const [name, rest] of Object.entries(rests ?? {})) {
    if (Object.values(flatten(rest)).some((count) => (count ?? 0) > 0)) {
      rows.push([style('yellow', name), ...cells(rest)]);
    }
  }
  return rows.length === 0 ? '' : renderTable([title, ...HEAD], rows, style);
}

/** Approximate counts are marked; the plan says why. */
function mark(scope: Scope): string {
  return 'approximate' in scope && scope.approximate !== null ? ' ~' : '';
}

function cells(scope: Report['system']): string[] {
  return Object.values(flatten(scope)).map((count) => (count === null ? '-' : groupDigits(count)));
}

function flatten(scope: Report['system']) {
  const { process_created, thread_created, exec, process_exited, thread_exited, released } = scope;
  const failed = scope.errors?.total ?? null;
  return {
    process_created,
    thread_created,
    exec,
    process_exited,
    thread_exited,
    released,
    failed,
  };
}

function sum(scopes: readonly Scope[]): Report['system'] {
  const total = (read: (scope: Scope) => number | null) =>
    scopes.reduce<number | null>((all, scope) => {
      const count = read(scope);
      return all === null || count === null ? null : all + count;
    }, 0);
  const failed = total((scope) => scope.errors?.total ?? null);
  return {
    process_created: total((scope) => scope.process_created),
    thread_created: total((scope) => scope.thread_created),
    exec: total((scope) => scope.exec),
    process_exited: total((scope) => scope.process_exited),
    thread_exited: total((scope) => scope.thread_exited),
    released: total((scope) => scope.released),
    errors: failed === null ? null : { total: failed, by_errno: {} },
  };
}

/** A long name with its middle left out. */
export function shorten(name: string): string {
  const characters = [...name];
  if (characters.length <= NAME_CHARACTERS) return name;
  const half = Math.floor((NAME_CHARACTERS - 1) / 2);
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}

/** The path of a cgroup as it stands in a table; `null` where it is not known. */
export function placeOf(cgroup: string | null): string {
  return cgroup === null ? '-' : shorten(printable(cgroup));
}
