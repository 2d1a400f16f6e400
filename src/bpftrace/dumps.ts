import { CLEARED, type Half } from '../program/double-buffer.ts';
import type { CgroupEvent } from './cgroup-events.ts';
import { joinHalves } from './double-buffer.ts';
import type { Line } from './lines.ts';

/** Everything that bpftrace printed for one period. */
export interface Dump {
  /** Number of the period: its begin on the wall clock, in periods since 1970. Ascends; a gap is a dump that was lost. */
  readonly period: number;
  /** The kernel's clock (that of `nsecs`) when the dump was cut. bpftrace reads the maps micro- to milliseconds later. */
  readonly kernelNs: number;
  /** Scalar maps by name, counts since attach. */
  readonly scalars: ReadonlyMap<string, number>;
  /** Keyed maps by name; a map with nothing in it is not printed and has no entry. */
  readonly keyed: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Maps of names, as `keyed`. */
  readonly names: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The cgroups that were made and removed since the dump before; where one was both, `made` comes first. */
  readonly cgroupEvents: readonly CgroupEvent[];
}

/** What went wrong on the way from bpftrace. Counts since the start. */
export interface ReaderLoss {
  readonly lostEvents: number;
  readonly helperErrors: number;
  readonly brokenLines: number;
  readonly lostDumps: number;
}

interface OpenDump {
  readonly period: number;
  readonly kernelNs: number;
  readonly half?: Half;
  readonly scalars: Map<string, number>;
  readonly keyed: Map<string, ReadonlyMap<string, number>>;
  readonly names: Map<string, ReadonlyMap<string, string>>;
  readonly cgroupEvents: CgroupEvent[];
}

/**
 * Puts the lines of bpftrace together to dumps. A dump is whole when its begin and its end arrived, every line between them
 * could be read, and it has every map that the dump before had; any other dump is dropped. Lines outside of dumps, such as
 * the maps that bpftrace prints when it ends, are ignored.
 */
export class DumpReader {
  #open: OpenDump | undefined;
  #lastPeriod: number | undefined;
  /** The last dump of each half; of `whole` where there is no double buffer. */
  readonly #previous = new Map<Half | 'whole', Dump>();
  #loss = { lostEvents: 0, helperErrors: 0, brokenLines: 0, lostDumps: 0 };

  get loss(): ReaderLoss {
    return this.#loss;
  }

  /** bpftrace was started again: its maps are empty, and the dump that the one before has begun will have no end. */
  restart(): void {
    this.#open = undefined;
    this.#previous.clear();
  }

  /** Take the next line; returns the dump that it completes. */
  push(line: Line): Dump | undefined {
    switch (line.kind) {
      case 'begin':
        this.#open = {
          ...line,
          scalars: new Map(),
          keyed: new Map(),
          names: new Map(),
          cgroupEvents: [],
        };
        return undefined;
      case 'scalar':
        this.#open?.scalars.set(line.map, line.value);
        return undefined;
      case 'keyed':
        this.#open?.keyed.set(line.map, line.entries);
        return undefined;
      case 'names':
        this.#open?.names.set(line.map, line.entries);
        return undefined;
      case 'cgroups':
        this.#open?.cgroupEvents.push(...line.events);
        return undefined;
      case 'end':
        return this.#complete(line.period);
      case 'broken':
        // The line may have been any map of the dump around it.
        this.#loss.brokenLines += 1;
        this.#open = undefined;
        return undefined;
      case 'lost-events':
        this.#loss.lostEvents += line.events;
        return undefined;
      case 'helper-error':
        this.#loss.helperErrors += 1;
        return undefined;
      case 'other':
        return undefined;
    }
  }

  #complete(period: number): Dump | undefined {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.period !== period) return undefined;
    const { kernelNs, scalars, keyed, names, cgroupEvents, half } = open;
    const dump: Dump = { period, kernelNs, scalars, keyed, names, cgroupEvents };
    const previous = this.#previous.get(half ?? 'whole');
    if (previous !== undefined && lacksMaps(dump, previous)) return undefined;
    this.#previous.set(half ?? 'whole', dump);
    if (this.#lastPeriod !== undefined && period > this.#lastPeriod) {
      this.#loss.lostDumps += period - this.#lastPeriod - 1;
    }
    this.#lastPeriod = period;
    if (half === undefined) return dump;
    return joinHalves(dump, this.#previous.get(half === 'a' ? 'b' : 'a'));
  }
}

/** Whether a print was lost: totals never vanish, and only maps that are cleared can be empty and so not be printed. */
function lacksMaps(dump: Dump, previous: Dump): boolean {
  const isMissing = (map: string) => !dump.scalars.has(map) && !dump.keyed.has(map);
  const isKept = (map: string) => !CLEARED.includes(map);
  return [...previous.scalars.keys(), ...previous.keyed.keys()].filter(isKept).some(isMissing);
}
