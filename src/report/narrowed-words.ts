import { countLives } from './lifetimes.ts';
import { groupDigits, printable } from './page-table.ts';
import type { Report } from './report.ts';
import { share } from './verdict/words.ts';

type Narrowed = NonNullable<Report['narrowed']>;

/** To what a view is narrowed: `comm nginx, user www`. */
export function nameNarrowed({ cgroup, user, comm, pid }: Narrowed): string {
  return [
    ...(comm === null ? [] : [`comm ${comm}`]),
    ...(user === null ? [] : [`user ${user}`]),
    ...(cgroup === null ? [] : [`cgroup ${cgroup} and below`]),
    ...(pid === null ? [] : [`process ${pid} and what descends from it`]),
  ]
    .map(printable)
    .join(', ');
}

/** Which share it is of what the whole machine did, and what is not known of it: one sentence each. */
export function describeNarrowed({
  narrowed,
  system,
  diagnosis,
}: Pick<Report, 'narrowed' | 'system' | 'diagnosis'>): string[] {
  if (narrowed === undefined) return [];
  const { counters, notes } = narrowed;
  const created = (of: Report['system']) => add(of.process_created, of.thread_created);
  const { ended, short } = countLives(diagnosis);
  const parts = [
    tell('created', created(counters), created(system)),
    tell('execs', counters.exec, system.exec),
    tell('exited processes', counters.process_exited, system.process_exited),
    tell('failed forks', counters.errors?.total ?? null, system.errors?.total ?? null),
    ...(ended === 0 ? [] : [`${Math.floor((short / ended) * 100)} % lived under 100 ms`]),
  ].flat();
  return [`Narrowed to ${nameNarrowed(narrowed)}: ${parts.join(', ')}`, ...notes];
}

/** Nothing was done by anybody to whom the view is narrowed: that, in one sentence. `undefined` where something was. */
export function describeNothing({
  narrowed,
  system,
  window,
  diagnosis,
}: Pick<Report, 'narrowed' | 'system' | 'window' | 'diagnosis'>): string | undefined {
  if (narrowed === undefined) return undefined;
  const { errors, ...counts } = narrowed.counters;
  const isAny = [...Object.values(counts), errors?.total].some((count) => (count ?? 0) > 0);
  if (isAny || (diagnosis.zombie_parents ?? []).length > 0) return undefined;
  const all = add(system.process_created, system.thread_created);
  const rest = all === null ? '' : `; the whole machine created ${groupDigits(all)} tasks`;
  return `Nothing was done by ${nameNarrowed(narrowed)} in ${window.seconds.toFixed(1)} s${rest}`;
}

function tell(what: string, part: number | null, all: number | null): string[] {
  if (part === null || all === null || all === 0) return [];
  return [`${share(part, all)} ${what}`];
}

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
