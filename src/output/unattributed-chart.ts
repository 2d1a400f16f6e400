import type { Attributor } from '../attribution/attributor.ts';
import type { MapCounts } from '../attribution/map-counts.ts';
import {
  beginWords,
  type ChartLine,
  chartWords,
  renderObsolete,
  renderWords,
  setWords,
} from './plugins-d.ts';

const DIMENSIONS = ['overflow', 'unknown', 'unresolved'] as const;

type Rests = Readonly<Record<(typeof DIMENSIONS)[number], number>>;

/**
 * The chart of the events that no app group or cgroup has: what found no place in the kernel's table, releases of which
 * nobody knows whose they were, and what happened in cgroups that were gone before anybody looked.
 */
export class UnattributedChart {
  readonly #line: ChartLine;
  #before: Rests | undefined;

  constructor(updateEverySeconds: number) {
    this.#line = {
      id: 'ebpf_processes.unattributed',
      title: 'Events of no app group or cgroup',
      units: 'events/s',
      family: 'ebpf_processes',
      context: 'ebpf_processes.unattributed',
      chartType: 'stacked',
      priority: 140_901,
      updateEverySeconds,
      plugin: 'ebpf-processes.plugin',
      module: 'audit',
    };
  }

  /** The lines of one round. @param elapsedUs - Microseconds since the round before; `undefined` on the first. */
  render(attributor: Attributor, elapsedUs: number | undefined): string {
    const rests = highest(countRests(attributor), this.#before);
    const declared = this.#before === undefined ? declare(this.#line) : [];
    this.#before = rests;
    return renderWords([
      ...declared,
      beginWords(this.#line.id, elapsedUs),
      ...DIMENSIONS.map((dimension) => setWords(dimension, rests[dimension])),
      ['END'],
    ]);
  }

  /** The lines that take the chart out of Netdata's sight, where it has been told of it. */
  renderObsolete(): string {
    return this.#before === undefined ? '' : renderObsolete([this.#line]);
  }
}

function declare(line: ChartLine): string[][] {
  return [
    chartWords(line),
    ...DIMENSIONS.map((id) => ['DIMENSION', id, id, 'incremental', '1', '1']),
  ];
}

function countRests(attributor: Attributor): Rests {
  const unresolved = [...attributor.cgroups.entries].filter(
    ([name]) => attributor.cgroups.places.get(name)?.kind === 'unresolved',
  );
  return {
    overflow: countEvents(attributor.overflow),
    unknown: countEvents(attributor.unknown) + attributor.missingReleases,
    unresolved: unresolved.reduce((sum, [, counts]) => sum + countEvents(counts), 0),
  };
}

function countEvents({ maps }: MapCounts): number {
  return [...maps.values()].reduce((sum, count) => sum + count, 0);
}

/** A release whose task was found later is no rest any more, and a counter of Netdata must not step down. */
function highest(rests: Rests, before: Rests | undefined): Rests {
  if (before === undefined) return rests;
  return {
    overflow: Math.max(rests.overflow, before.overflow),
    unknown: Math.max(rests.unknown, before.unknown),
    unresolved: Math.max(rests.unresolved, before.unresolved),
  };
}
