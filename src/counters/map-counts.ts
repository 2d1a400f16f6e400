import type { Dump } from '../bpftrace/dumps.ts';

/** Counts by the name of their map, and errors by errno: what counters are built from, for the system and every scope. */
export interface MapCounts {
  readonly maps: ReadonlyMap<string, number>;
  readonly errors: ReadonlyMap<number, number>;
}

/** Counts that are still added to. */
export interface OpenCounts extends MapCounts {
  readonly maps: Map<string, number>;
  readonly errors: Map<number, number>;
}

export function emptyCounts(): OpenCounts {
  return { maps: new Map(), errors: new Map() };
}

/** The maps of a dump that count every event, whatever its key. */
export function readTotalMaps(dump: Dump): MapCounts {
  const errors = [...(dump.keyed.get('error') ?? [])];
  return {
    maps: dump.scalars,
    errors: new Map(errors.map(([errno, count]) => [Number(errno), count])),
  };
}

/** Add `count` events of one counter. */
export function addCount(counts: OpenCounts, counter: string, index: number, count: number): void {
  counts.maps.set(counter, (counts.maps.get(counter) ?? 0) + count);
  if (counter === 'error') counts.errors.set(index, (counts.errors.get(index) ?? 0) + count);
}

/** Add all of `more`. */
export function mergeCounts(counts: OpenCounts, more: MapCounts): void {
  for (const [name, count] of more.maps)
    counts.maps.set(name, (counts.maps.get(name) ?? 0) + count);
  for (const [errno, count] of more.errors) {
    counts.errors.set(errno, (counts.errors.get(errno) ?? 0) + count);
  }
}
