import type { MapCounts } from '../counters/map-counts.ts';
import type { Attributor } from '../scopes/attributor.ts';
import {
  beginWords,
  type ChartLine,
  chartWords,
  renderObsolete,
  renderWords,
  setWords,
} from './protocol.ts';

const OF_ANY = ['overflow', 'unknown'] as const;
const OF_CGROUPS = ['unresolved', 'root'] as const;

type Dimension = (typeof OF_ANY | typeof OF_CGROUPS)[number];

type Rests = Readonly<Record<Dimension, number>>;

/**
 * The chart of the events that no app group or cgroup has: what found no place in the kernel's table, releases of which
 * nobody knows whose they were, and what happened in cgroups that were gone before anybody looked, or that have no chart
 * (`root`). With it the charts of the groups, and those of the cgroups, add up to the system's.
 */
export class UnattributedChart {
  readonly #line: ChartLine;
  readonly #dimensions: readonly Dimension[];
  #before: Rests | undefined;

  /** @param hasCgroups - Whether cgroups have charts, so that one can lack it. */
  constructor(updateEverySeconds: number, hasCgroups: boolean) {
    this.#dimensions = hasCgroups ? [...OF_ANY, ...OF_CGROUPS] : OF_ANY;
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

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(attributor: Attributor, elapsedUs: number | undefined): string {
    const rests = highest(countRests(attributor), this.#before);
    const declared = this.#before === undefined ? this.#declare() : [];
    this.#before = rests;
    return renderWords([
      ...declared,
      beginWords(this.#line.id, elapsedUs),
      ...this.#dimensions.map((dimension) => setWords(dimension, rests[dimension])),
      ['END'],
    ]);
  }

  /** The lines that take the chart out of Netdata's sight, where it has been told of it. */
  renderObsolete(): string {
    return this.#before === undefined ? '' : renderObsolete([this.#line]);
  }

  #declare(): string[][] {
    return [
      chartWords(this.#line),
      ...this.#dimensions.map((id) => ['DIMENSION', id, id, 'incremental', '1', '1']),
    ];
  }
}

function countRests(attributor: Attributor): Rests {
  const countKind = (kind: 'unresolved' | 'root') =>
    [...attributor.cgroups.entries]
      .filter(([name]) => attributor.cgroups.places.get(name)?.kind === kind)
      .reduce((sum, [, counts]) => sum + countEvents(counts), 0);
  return {
    overflow: countEvents(attributor.overflow),
    unknown: countEvents(attributor.unknown) + attributor.missingReleases,
    unresolved: countKind('unresolved'),
    root: countKind('root'),
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
    root: Math.max(rests.root, before.root),
  };
}
