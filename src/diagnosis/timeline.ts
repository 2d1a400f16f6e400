import type { TaskKey } from '../program/key/parse.ts';
import { IntervalCounts } from './interval-counts.ts';

/** What happened when in a window, by program. A value that can be written as JSON. */
export interface Timeline {
  /** The ends of the intervals on the kernel's clock, in ns. The first one is the begin of the window. */
  readonly edgesNs: readonly number[];
  /** Intervals, by number from 0, in which something was not counted: bpftrace was started again. */
  readonly gaps: readonly number[];
  /** Those that did most of anything, and one with the comm `null` for all others. */
  readonly programs: readonly ProgramTimeline[];
  /** Some programs had others before them so late that what they did earlier stands with all others. */
  readonly isFolded: boolean;
}

/** What processes of one name in one cgroup did: for each interval one number. */
export interface ProgramTimeline extends Readonly<Record<Metric, readonly number[]>> {
  /** A byte string; `null` for all others. */
  readonly comm: string | null;
  /** Path of the cgroup below the mount, a byte string; `null` where it is not known. */
  readonly cgroup: string | null;
}

/** Tasks created, by who created them · execs, by the new name · failed forks, by who called. */
export type Metric = 'created' | 'execs' | 'failed';

export const METRICS: readonly Metric[] = ['created', 'execs', 'failed'];

/** More intervals are merged by twos. */
export const MOST_INTERVALS = 600;

/** A shorter interval says nothing of a rate: two dumps may come soon after each other. It is one with the next. */
const LEAST_NS = 50e6;

/** Programs that a picture of one counter tells apart: it has no more colours. */
export const MOST_DRAWN = 7;

/** Programs that are kept apart. Twice as many have room, so that those that did least are looked for seldom. */
const KEPT_PROGRAMS = 100;

type Series = Readonly<Record<Metric, IntervalCounts>>;

/** One number for each interval. */
type Rest = Readonly<Record<Metric, number[]>>;

/** What it takes of a key. */
type TimelineKey = Pick<TaskKey, 'comm' | 'cgroup' | 'counter'>;

interface Entry {
  readonly comm: string;
  readonly cgroup: string;
  readonly series: Series;
}

/** Records the timeline of a window: counts of keys, cut into intervals by dumps. Its size does not depend on how long that is. */
export class TimelineRecorder {
  #edges: number[] = [0];
  #lastCutNs = 0;
  #gaps = new Set<number>();
  #dumpsPerInterval = 1;
  /** Dumps in the last interval. */
  #dumps = 0;
  readonly #entries = new Map<string, Entry>();
  #rest = openRest();
  #isFolded = false;

  /** Begin anew at a dump that was cut at that moment. */
  open(cutNs: number): void {
    this.#edges = [cutNs];
    this.#lastCutNs = cutNs;
    this.#gaps = new Set();
    this.#dumpsPerInterval = 1;
    this.#dumps = 0;
    this.#entries.clear();
    this.#rest = openRest();
    this.#isFolded = false;
  }

  take({ comm, cgroup, counter }: TimelineKey, count: number): void {
    const metric = metricOf(counter);
    if (metric === undefined) return;
    const name = `${cgroup} ${comm}`;
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      entry = { comm, cgroup, series: openSeries() };
      this.#entries.set(name, entry);
    }
    entry.series[metric].add(this.#edges.length - 1, count);
    if (this.#entries.size > 2 * KEPT_PROGRAMS) this.#fold();
  }

  /**
   * All keys of a dump were taken.
   *
   * @param cutNs - When it was cut, on the kernel's clock.
   * @param isWhole - Everything since the dump before was counted.
   */
  cut(cutNs: number, isWhole: boolean): void {
    this.#lastCutNs = cutNs;
    if (!isWhole) this.#gaps.add(this.#edges.length - 1);
    this.#dumps += 1;
    const isShort = cutNs - (this.#edges.at(-1) ?? 0) < LEAST_NS;
    if (this.#dumps < this.#dumpsPerInterval || isShort) return;
    this.#edges.push(cutNs);
    this.#dumps = 0;
    if (this.#edges.length > MOST_INTERVALS) this.#merge();
  }

  /**
   * @param pathOf - The path of a cgroup by its id; `undefined` where it is not known.
   * @param most - For each metric no more programs are told apart.
   */
  read(pathOf: (cgroup: string) => string | undefined, most: number): Timeline {
    const edgesNs = this.#closeEdges();
    const intervals = edgesNs.length - 1;
    const entries = [...this.#entries.values()];
    const shown = new Set(METRICS.flatMap((metric) => pickTop(entries, metric, most)));
    const rest: Rest = structuredClone(this.#rest);
    for (const entry of entries) if (!shown.has(entry)) mergeInto(rest, entry.series);
    return {
      edgesNs,
      gaps: [...new Set([...this.#gaps].map((gap) => Math.min(gap, intervals - 1)))],
      programs: [
        ...[...shown].map(({ comm, cgroup, series }) => ({
          comm,
          cgroup: pathOf(cgroup) ?? null,
          ...close(mergeInto(openRest(), series), intervals),
        })),
        { comm: null, cgroup: null, ...close(rest, intervals) },
      ],
      isFolded: this.#isFolded,
    };
  }

  /** The end of the last interval is that of the last dump; where that one were too short, it is one with the one before. */
  #closeEdges(): number[] {
    if (this.#dumps === 0) return [...this.#edges];
    const isShort = this.#lastCutNs - (this.#edges.at(-1) ?? 0) < LEAST_NS;
    return [
      ...this.#edges.slice(0, isShort && this.#edges.length > 1 ? -1 : undefined),
      this.#lastCutNs,
    ];
  }

  /** Put those that did least with all others. */
  #fold(): void {
    this.#isFolded = true;
    const least = [...this.#entries]
      .map(([name, { series }]) => ({ name, series, sum: sumOf(series) }))
      .sort((a, b) => b.sum - a.sum)
      .slice(KEPT_PROGRAMS);
    for (const { name, series } of least) {
      mergeInto(this.#rest, series);
      this.#entries.delete(name);
    }
  }

  #merge(): void {
    this.#edges = this.#edges.filter((_, i) => i % 2 === 0);
    this.#gaps = new Set([...this.#gaps].map((gap) => gap >> 1));
    this.#dumpsPerInterval *= 2;
    for (const metric of METRICS) {
      for (const { series } of this.#entries.values()) series[metric].halve();
      halve(this.#rest[metric]);
    }
  }
}

function metricOf(counter: string): Metric | undefined {
  switch (counter) {
    case 'process_created':
    case 'thread_created':
      return 'created';
    case 'exec':
      return 'execs';
    case 'error':
      return 'failed';
    default:
      return undefined;
  }
}

function openSeries(): Series {
  return {
    created: new IntervalCounts(),
    execs: new IntervalCounts(),
    failed: new IntervalCounts(),
  };
}

function openRest(): Rest {
  const open = () => new Array<number>(MOST_INTERVALS + 1).fill(0);
  return { created: open(), execs: open(), failed: open() };
}

function mergeInto(rest: Rest, series: Series): Rest {
  for (const metric of METRICS) series[metric].addTo(rest[metric]);
  return rest;
}

function halve(counts: number[]): void {
  for (const i of counts.keys()) counts[i] = (counts[2 * i] ?? 0) + (counts[2 * i + 1] ?? 0);
}

function close(rest: Rest, intervals: number): Record<Metric, number[]> {
  const cut = (metric: Metric) => {
    const counts = rest[metric].slice(0, intervals);
    const last = rest[metric][intervals] ?? 0;
    if (last > 0 && intervals > 0) counts[intervals - 1] = (counts[intervals - 1] ?? 0) + last;
    return counts;
  };
  return { created: cut('created'), execs: cut('execs'), failed: cut('failed') };
}

function pickTop(entries: readonly Entry[], metric: Metric, most: number): Entry[] {
  return entries
    .filter(({ series }) => series[metric].sum > 0)
    .sort((a, b) => b.series[metric].sum - a.series[metric].sum)
    .slice(0, most);
}

function sumOf(series: Series): number {
  return METRICS.reduce((all, metric) => all + series[metric].sum, 0);
}
