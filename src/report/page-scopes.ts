import { groupDigits, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';
import { PAGE_COLUMNS } from './wrap.ts';

type Scope = NonNullable<Report['apps']>[number];

type Counts = ReturnType<typeof flatten>;

const HEADS: Readonly<Record<keyof Counts, string>> = {
  process_created: '>created',
  thread_created: '>threads',
  exec: '>execs',
  process_exited: '>exited',
  thread_exited: '>thr exited',
  released: '>released',
  failed: '>failed',
};

/** One table of scopes, the busiest first. Below: the sum of those not shown, what was dropped, what is unattributed. */
export function renderScopes(
  title: string,
  scopes: readonly Scope[],
  rests: Readonly<Partial<Record<'dropped' | 'unattributed', Report['system']>>> | null,
  top: number,
  style: Style,
  columns = PAGE_COLUMNS,
): string {
  const rows: (readonly [name: string, Counts])[] = scopes
    .slice(0, top)
    .map((scope) => [`${printable(scope.name)}${mark(scope)}`, flatten(scope)]);
  const more = scopes.slice(top);
  if (more.length > 0) rows.push([style('dim', `${more.length} more`), flatten(sum(more))]);
  for (const [name, rest] of Object.entries(rests ?? {})) {
    const counts = flatten(rest);
    if (Object.values(counts).some((count) => (count ?? 0) > 0)) {
      rows.push([style('yellow', name), counts]);
    }
  }
  if (rows.length === 0) return '';
  // A column in which nothing happened says nothing; one that is absent says that.
  const shown = (Object.keys(HEADS) as (keyof Counts)[]).filter((key) =>
    rows.some(([, counts]) => counts[key] !== 0),
  );
  return renderTable(
    [title, ...shown.map((key) => HEADS[key])],
    rows.map(([name, counts]) => [name, ...shown.map((key) => show(counts[key]))]),
    style,
    columns,
  );
}

/** Approximate counts are marked; the plan says why. */
function mark(scope: Scope): string {
  return 'approximate' in scope && scope.approximate !== null ? ' ~' : '';
}

function show(count: number | null): string {
  return count === null ? '-' : groupDigits(count);
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
