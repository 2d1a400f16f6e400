import { isAttached, type Plan, type TaskEvent } from '../plan/plan.ts';
import type { MapCounts } from './map-counts.ts';

/** Events since the start, or in a window. `null`, never 0, where the plan says that an event is absent. */
export interface Counters {
  readonly process_created: number | null;
  readonly thread_created: number | null;
  readonly exec: number | null;
  readonly process_exited: number | null;
  readonly thread_exited: number | null;
  readonly released: number | null;
  /** Calls of clone, clone3, fork and vfork that a filter (seccomp) or a tracer answered in the kernel's place. */
  readonly filtered: number | null;
  /** Failed forks by errno, as the kernel numbers them. */
  readonly errors: Readonly<Record<string, number>> | null;
}

type ScalarCounter = Exclude<keyof Counters, 'errors'>;

const SCALARS: readonly ScalarCounter[] = [
  'process_created',
  'thread_created',
  'exec',
  'process_exited',
  'thread_exited',
  'released',
  'filtered',
];

/** Turn the counts of maps into counters. The same for the whole system and for any part of it. */
export function buildCounters(plan: Plan, counts: MapCounts): Counters {
  const attached = new Map(plan.events.filter(isAttached).map((event) => [event.event, event]));
  const has = (event: TaskEvent) => attached.has(event);
  const map = (name: string) => counts.maps.get(name) ?? 0;
  const exits = attached.get('exit')?.maps.includes('leader_exited')
    ? // An exec by another thread than the first ends the first one, and its process lives on.
      [map('leader_exited') - map('thread_exec'), map('other_exited') + map('thread_exec')]
    : [map('process_exited'), map('thread_exited')];
  return {
    process_created: has('create') ? map('process_created') : null,
    thread_created: has('create') ? map('thread_created') : null,
    exec: has('exec') ? map('exec') : null,
    process_exited: has('exit') ? (exits[0] ?? 0) : null,
    thread_exited: has('exit') ? (exits[1] ?? 0) : null,
    released: isReleaseCounted(plan) ? map('released') : null,
    filtered: attached.get('error')?.maps.includes('filtered') ? map('filtered') : null,
    errors: has('error') ? Object.fromEntries([...counts.errors].sort(([a], [b]) => a - b)) : null,
  };
}

/** Releases by scope follow from the exits of the scope, so that both events are needed. */
function isReleaseCounted(plan: Plan): boolean {
  const find = (event: TaskEvent) => plan.events.find((candidate) => candidate.event === event);
  return find('release')?.quality !== 'absent' && find('exit')?.quality !== 'absent';
}

/** Tasks that were created, processes and threads; `null` where that is not counted. */
export function countCreated({ process_created, thread_created }: Counters): number | null {
  return plus(process_created, thread_created);
}

/** Tasks that ended, processes and threads; `null` where that is not counted. */
export function countExited({ process_exited, thread_exited }: Counters): number | null {
  return plus(process_exited, thread_exited);
}

/** Failed forks of any errno; `null` where they are not counted. */
export function countErrors({ errors }: Counters): number | null {
  return errors === null ? null : Object.values(errors).reduce((sum, count) => sum + count, 0);
}

/** a + b, counter by counter. */
export function addCounters(a: Counters, b: Counters): Counters {
  return combine(a, b, (x, y) => x + y);
}

/** later - earlier, counter by counter. */
export function subtractCounters(later: Counters, earlier: Counters): Counters {
  return combine(later, earlier, (x, y) => x - y);
}

/** The higher of the two, counter by counter. */
export function highestCounters(a: Counters, b: Counters): Counters {
  return combine(a, b, Math.max);
}

/** Whether all counters are the same. */
export function isSameCounters(a: Counters, b: Counters): boolean {
  return (
    SCALARS.every((name) => a[name] === b[name]) &&
    JSON.stringify(a.errors) === JSON.stringify(b.errors)
  );
}

/** Whether any counter is above 0. */
export function isAnyCount(counters: Counters): boolean {
  return SCALARS.some((name) => (counters[name] ?? 0) > 0) || (countErrors(counters) ?? 0) > 0;
}

/** `null` where one of them is. */
export function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** `null` where one of them is. */
export function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function combine(a: Counters, b: Counters, op: (x: number, y: number) => number): Counters {
  const scalar = (name: ScalarCounter) => {
    const [x, y] = [a[name], b[name]];
    return x === null || y === null ? null : op(x, y);
  };
  return {
    process_created: scalar('process_created'),
    thread_created: scalar('thread_created'),
    exec: scalar('exec'),
    process_exited: scalar('process_exited'),
    thread_exited: scalar('thread_exited'),
    released: scalar('released'),
    filtered: scalar('filtered'),
    errors: a.errors === null || b.errors === null ? null : combineErrors(a.errors, b.errors, op),
  };
}

function combineErrors(
  a: NonNullable<Counters['errors']>,
  b: NonNullable<Counters['errors']>,
  op: (x: number, y: number) => number,
): Record<string, number> {
  // Names that are numbers stand in ascending order in every object.
  const errnos = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(errnos.map((errno) => [errno, op(a[errno] ?? 0, b[errno] ?? 0)]));
}
