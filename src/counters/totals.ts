import type { Sample } from '../bpftrace/sample.ts';
import type { TaskBounds } from '../bpftrace/task-bounds.ts';
import { isAttached, type Plan, type TaskEvent } from '../plan/plan.ts';
import type { Range } from '../procfs/tasks.ts';
import {
  addCounters,
  buildCounters,
  type Counters,
  countExited,
  highestCounters,
} from './counters.ts';
import { readTotalMaps } from './map-counts.ts';

/** Events for which the kernel skipped the program, since the start. */
export type Missed = Readonly<Record<'create' | 'exec' | 'exit' | 'error', number>>;

/**
 * All counters when a dump was cut. A value that can be written as JSON. Counters never fall, also when bpftrace is started
 * again.
 */
export interface Totals {
  /** Number of the interval that ends here: its begin on the wall clock, in periods since 1970. */
  readonly period: number;
  /** The kernel's clock when the dump was cut. */
  readonly kernelNs: number;
  /** Number of the bpftrace that counted, from 0. */
  readonly run: number;
  readonly counters: Counters;
  /** Missed execs are also in `counters`. Of the other events the kind (process or thread, errno) is not known. */
  readonly missed: Missed;
  /** False where the kernel could not be asked what it missed. */
  readonly knowsMissed: boolean;
  /** The kernel's own numbers of tasks at that moment; `null` where they cannot be read. */
  readonly kernel: KernelTotals | null;
}

/** The kernel's own numbers of tasks. */
export interface KernelTotals {
  /** Created since boot, as many as the probes can have counted. */
  readonly created: Range;
  /** Released since the start. */
  readonly released: Range;
  /** Growth of the zombies in /proc since the start; `null` where nobody looked. */
  readonly zombies: number | null;
}

/** Turns samples into totals. When bpftrace is started again, counters go on from where they were. */
export class TotalsBuilder {
  readonly #plan: Plan;
  #base: Counted | undefined;
  #last: Counted | undefined;
  #previous: Sample | undefined;
  readonly #releases = new Releases();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** @param zombies - Growth of the zombies since the start, where somebody has just looked. */
  next(sample: Sample, zombies: number | null = null): Totals {
    if (this.#previous !== undefined && this.#previous.run !== sample.run) this.#base = this.#last;
    const known = sample.misses === undefined ? this.#withLastMisses(sample) : sample;
    const counted = this.#rise(add(this.#base, count(this.#plan, known)));
    const kernel = this.#readKernel(sample.tasks, counted, zombies);
    const counters = { ...counted.counters, released: this.#countReleased(counted, kernel) };
    this.#last = { ...counted, counters };
    this.#previous = known;
    return {
      period: sample.dump.period,
      kernelNs: sample.dump.kernelNs,
      run: sample.run,
      ...counted,
      counters,
      knowsMissed: sample.misses !== undefined,
      kernel,
    };
  }

  /** Misses that could not be read this time are lacking in `counted`: no counter may fall for that. */
  #rise(counted: Counted): Counted {
    const last = this.#last;
    if (last === undefined) return counted;
    return { ...counted, counters: highestCounters(last.counters, counted.counters) };
  }

  /** The misses of a bpftrace that has just ended cannot be read any more; those read last are still true. */
  #withLastMisses(sample: Sample): Sample {
    return this.#previous?.run === sample.run
      ? { ...sample, misses: this.#previous.misses }
      : sample;
  }

  #readKernel(
    tasks: TaskBounds | undefined,
    counted: Counted,
    zombies: number | null,
  ): KernelTotals | null {
    if (tasks === undefined) return null;
    return {
      created: tasks.created,
      released: this.#releases.take(tasks.released, countEnded(counted) ?? 0, zombies),
      zombies,
    };
  }

  /**
   * The lower bound of the kernel's number. Where somebody has just looked at the zombies, it is all tasks that ended and are
   * not zombies, within the kernel's bounds.
   */
  #countReleased(counted: Counted, kernel: KernelTotals | null): number | null {
    const last = this.#last?.counters.released ?? null;
    if (counted.counters.released === null) return null;
    if (kernel === null) return last;
    const { low, high } = kernel.released;
    const wanted = kernel.zombies === null ? low : (countEnded(counted) ?? 0) - kernel.zombies;
    return Math.max(last ?? 0, Math.min(high, Math.max(low, wanted)));
  }
}

/**
 * Bounds on the tasks released since the start. The kernel's number is since boot: at the start, as many tasks are taken for
 * released as have ended.
 */
class Releases {
  /** What to add to the kernel's number. */
  #offset: Range | undefined;
  /**
   * Tasks that were certainly released at the dump before, where somebody looked at the zombies: all that had ended and were
   * not zombies.
   */
  #releasedForCertain: number | undefined;

  take(sinceBoot: Range, ended: number, zombies: number | null): Range {
    const released = ended - (zombies ?? 0);
    const offset = this.#offset ?? {
      low: released - sinceBoot.high,
      high: released - sinceBoot.low,
    };
    const least =
      this.#releasedForCertain === undefined
        ? offset.low
        : this.#releasedForCertain - sinceBoot.high;
    this.#offset = { low: Math.min(Math.max(offset.low, least), offset.high), high: offset.high };
    this.#releasedForCertain = zombies === null ? undefined : ended - zombies;
    return {
      low: sinceBoot.low + this.#offset.low,
      high: sinceBoot.high + this.#offset.high,
    };
  }
}

interface Counted {
  readonly counters: Counters;
  readonly missed: Missed;
}

/** Tasks that exited, counted or missed, since the start; `null` where exits are not counted. */
export function countEnded({ counters, missed }: Counted): number | null {
  const exited = countExited(counters);
  return exited === null ? null : exited + missed.exit;
}

/** Counters since attach. Missed execs are added, because an exec has only one kind. */
function count(plan: Plan, sample: Sample): Counted {
  const counters = buildCounters(plan, readTotalMaps(sample.dump));
  const missed = {
    create: countMissed(plan, sample, 'create'),
    exec: countMissed(plan, sample, 'exec'),
    exit: countMissed(plan, sample, 'exit'),
    error: countMissed(plan, sample, 'error'),
  };
  const exec = counters.exec === null ? null : counters.exec + missed.exec;
  // The total of releases needs no probe; whose they were needs the exits.
  const released = isReleaseComputed(plan) ? 0 : null;
  return { counters: { ...counters, exec, released }, missed };
}

function isReleaseComputed({ events }: Plan): boolean {
  return events.some(({ event, quality }) => event === 'release' && quality !== 'absent');
}

/** Events that the kernel missed, since attach; 0 where that cannot be read. */
function countMissed(plan: Plan, sample: Sample, event: TaskEvent): number {
  const attached = plan.events.filter(isAttached).find((candidate) => candidate.event === event);
  const points = attached?.attachPoints ?? [];
  return points.reduce((sum, point) => sum + (sample.misses?.get(point) ?? 0), 0);
}

function add(base: Counted | undefined, counted: Counted): Counted {
  if (base === undefined) return counted;
  return {
    counters: addCounters(base.counters, counted.counters),
    missed: {
      create: base.missed.create + counted.missed.create,
      exec: base.missed.exec + counted.missed.exec,
      exit: base.missed.exit + counted.missed.exit,
      error: base.missed.error + counted.missed.error,
    },
  };
}
