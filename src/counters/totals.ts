import type { Sample } from '../bpftrace/supervisor.ts';
import type { Plan, TaskEvent } from '../plan/plan.ts';
import { buildAuditEdge } from './audit.ts';
import {
  addCounters,
  buildCounters,
  buildMissed,
  type Counters,
  highestCounters,
} from './counters.ts';

/** Skipped events whose kind is not known, so that no counter could be corrected by them. */
export type Missed = Readonly<Record<'create' | 'exit' | 'error', number>>;

/** Skipped events by the counter that they were added to. */
export type Corrected = Readonly<Record<'exec' | 'released', number>>;

/** The state of all counters after a dump. Everything but the clock ascends, also over a restart of bpftrace. */
export interface Totals {
  readonly period: number;
  /** The kernel's clock at the begin of the dump. */
  readonly kernelNs: number;
  readonly run: number;
  readonly counters: Counters;
  readonly missed: Missed;
  /** Skipped events that are in the counters, because their kind is known; with the releases that were assumed. */
  readonly corrected: Corrected;
  /** False where the kernel could not be asked what it skipped. */
  readonly knowsMisses: boolean;
  /** `processes` of /proc/stat, read just after the dump. */
  readonly tasksCreated: number;
  /** Tasks by which `tasksCreated` can be ahead of, or behind, the counters because the two were read one after the other. */
  readonly auditEdge: number;
}

/** Turns readings into samples: counters go on from where they stood when bpftrace was started again. */
export class TotalsBuilder {
  readonly #plan: Plan;
  readonly #cpus: number;
  #base: Counted | undefined;
  #last: Counted | undefined;
  #previous: Sample | undefined;
  /** Since the last start of bpftrace. */
  #assumed = 0;

  constructor(plan: Plan, cpus: number) {
    this.#plan = plan;
    this.#cpus = cpus;
  }

  next(reading: Sample): Totals {
    if (this.#previous !== undefined && this.#previous.run !== reading.run) {
      this.#base = this.#last;
      this.#assumed = 0;
    }
    const counted = this.#rise(addReleased(add(this.#base, this.#count(reading)), this.#assumed));
    const sample: Totals = {
      period: reading.dump.period,
      kernelNs: reading.dump.kernelNs,
      run: reading.run,
      ...counted,
      knowsMisses: reading.misses !== undefined,
      tasksCreated: reading.tasksCreated,
      auditEdge: buildAuditEdge(this.#previous, reading, this.#cpus),
    };
    this.#last = counted;
    this.#previous = reading.misses === undefined ? this.#withLastMisses(reading) : reading;
    return sample;
  }

  /** Count, from the next reading on, releases that were not seen: the tasks are gone. */
  assumeReleased(count: number): void {
    this.#assumed += count;
    // Should bpftrace be started again before there is another reading, they are in what it goes on from.
    if (this.#last !== undefined) this.#last = addReleased(this.#last, count);
  }

  /** Counts that two dumps cut in two, and what could not be asked for once, must not make a counter step down. */
  #rise(counted: Counted): Counted {
    const last = this.#last;
    return last === undefined
      ? counted
      : { ...counted, counters: highestCounters(last.counters, counted.counters) };
  }

  #count(latest: Sample): Counted {
    const reading = latest.misses === undefined ? this.#withLastMisses(latest) : latest;
    const missed = (event: TaskEvent) => buildMissed(this.#plan, reading, event);
    return {
      counters: buildCounters(this.#plan, reading),
      missed: { create: missed('create'), exit: missed('exit'), error: missed('error') },
      corrected: { exec: missed('exec'), released: missed('release') },
    };
  }

  /** A bpftrace that has just ended cannot be asked any more; what it said last still holds. */
  #withLastMisses(reading: Sample): Sample {
    return this.#previous?.run === reading.run
      ? { ...reading, misses: this.#previous.misses }
      : reading;
  }
}

/** The same counts, with releases that were not seen. */
export function addReleased<Counts extends Counted>(counted: Counts, count: number): Counts {
  const { counters, corrected } = counted;
  if (counters.released === null) return counted;
  return {
    ...counted,
    counters: { ...counters, released: counters.released + count },
    corrected: { ...corrected, released: corrected.released + count },
  };
}

interface Counted {
  readonly counters: Counters;
  readonly missed: Missed;
  readonly corrected: Corrected;
}

function add(base: Counted | undefined, counted: Counted): Counted {
  if (base === undefined) return counted;
  return {
    counters: addCounters(base.counters, counted.counters),
    missed: {
      create: base.missed.create + counted.missed.create,
      exit: base.missed.exit + counted.missed.exit,
      error: base.missed.error + counted.missed.error,
    },
    corrected: {
      exec: base.corrected.exec + counted.corrected.exec,
      released: base.corrected.released + counted.corrected.released,
    },
  };
}
