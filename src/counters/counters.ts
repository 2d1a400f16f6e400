import type { Sample } from '../bpftrace/supervisor.ts';
import { isAttached, type Plan, type TaskEvent } from '../plan/plan.ts';
import type { MapCounts } from './map-counts.ts';

/** What was counted since attach, or in a window. `null` where the plan says that it cannot be had, never 0. */
export interface Counters {
  readonly process_created: number | null;
  readonly thread_created: number | null;
  readonly exec: number | null;
  readonly process_exited: number | null;
  readonly thread_exited: number | null;
  readonly released: number | null;
  /** Refused creations by errno, as the kernel numbers them. */
  readonly errors: ReadonlyMap<number, number> | null;
}

type ScalarCounter = Exclude<keyof Counters, 'errors'>;

/** Turn one reading into counters since attach, with what the kernel says it skipped added where its kind is known. */
export function buildCounters(plan: Plan, reading: Sample): Counters {
  const counters = buildScopeCounters(plan, {
    maps: reading.dump.scalars,
    errors: readErrors(reading),
  });
  return {
    ...counters,
    exec: plus(counters.exec, buildMissed(plan, reading, 'exec')),
    released: plus(counters.released, buildMissed(plan, reading, 'release')),
  };
}

/** Turn the counts of maps into counters. The same for the whole system and for any part of it. */
export function buildScopeCounters(plan: Plan, counts: MapCounts): Counters {
  const events = new Map(plan.events.filter(isAttached).map((event) => [event.event, event]));
  const has = (event: TaskEvent) => events.has(event);
  const map = (name: string) => counts.maps.get(name) ?? 0;
  const exits = events.get('exit')?.maps.includes('leader_exited')
    ? // An exec by another thread than the first ends the first one, and its process lives on.
      [map('leader_exited') - map('thread_exec'), map('other_exited') + map('thread_exec')]
    : [map('process_exited'), map('thread_exited')];
  return {
    process_created: has('create') ? map('process_created') : null,
    thread_created: has('create') ? map('thread_created') : null,
    exec: has('exec') ? map('exec') : null,
    process_exited: has('exit') ? (exits[0] ?? 0) : null,
    thread_exited: has('exit') ? (exits[1] ?? 0) : null,
    released: has('release') ? map('released') : null,
    errors: has('error') ? counts.errors : null,
  };
}

function plus(count: number | null, more: number): number | null {
  return count === null ? null : count + more;
}

/** Events of a event that the kernel skipped, since attach; 0 where that cannot be read. */
export function buildMissed(plan: Plan, reading: Sample, event: TaskEvent): number {
  const attached = plan.events.filter(isAttached).find((candidate) => candidate.event === event);
  const points = attached?.attachPoints ?? [];
  return points.reduce((sum, point) => sum + (reading.misses?.get(point) ?? 0), 0);
}

function readErrors(reading: Sample): Map<number, number> {
  const entries = reading.dump.keyed.get('error') ?? new Map<string, number>();
  return new Map([...entries].map(([errno, count]) => [Number(errno), count]));
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
    errors: a.errors === null || b.errors === null ? null : combineMaps(a.errors, b.errors, op),
  };
}

function combineMaps(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
  op: (x: number, y: number) => number,
): Map<number, number> {
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => x - y);
  return new Map(keys.map((key) => [key, op(a.get(key) ?? 0, b.get(key) ?? 0)]));
}
