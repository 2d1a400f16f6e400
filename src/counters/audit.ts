import type { Sample } from '../bpftrace/supervisor.ts';
import type { Totals } from './totals.ts';

/** Our count of created tasks held against the kernel's own. */
export interface Audit {
  /** Tasks that we counted, processes and threads, and those that the kernel says it skipped; `null` where absent. */
  readonly created: number | null;
  /** Growth of `processes` in /proc/stat. */
  readonly proc_stat: number;
  /** The difference that the two may have only because they were read one after the other, in tasks. */
  readonly edge: number;
  /** Percent. 100 where the difference is within the edge, else created / proc_stat; `null` where one of them is absent. */
  readonly completeness: number | null;
}

/** The pace of some milliseconds can be higher than that of the whole interval. */
const BURST_FACTOR = 2;

/**
 * How far /proc/stat can be from the counters because it was read some milliseconds later: what the machine made in that
 * time, at its pace between the last two readings, and one task on each CPU that is counted there and not yet traced.
 */
export function buildAuditEdge(
  previous: Sample | undefined,
  current: Sample,
  cpus: number,
): number {
  if (previous === undefined) return cpus;
  const elapsedNs =
    current.dump.kernelNs + current.latenessNs - previous.dump.kernelNs - previous.latenessNs;
  const tasksPerNs = elapsedNs > 0 ? (current.tasksCreated - previous.tasksCreated) / elapsedNs : 0;
  return Math.ceil(BURST_FACTOR * tasksPerNs * current.latenessNs) + cpus;
}

/** Compare the two counts over the window from one sample to a later one. */
export function buildAudit(open: Totals, close: Totals): Audit {
  const proc_stat = close.tasksCreated - open.tasksCreated;
  const edge = open.auditEdge + close.auditEdge;
  const created = createdBetween(open, close);
  if (created === null) return { created, proc_stat, edge, completeness: null };
  const isWithinEdge = Math.abs(created - proc_stat) <= edge;
  const completeness = isWithinEdge ? 100 : proc_stat > 0 ? (created / proc_stat) * 100 : null;
  return { created, proc_stat, edge, completeness };
}

function createdBetween(open: Totals, close: Totals): number | null {
  const [from, to] = [createdUntil(open), createdUntil(close)];
  return from === null || to === null ? null : to - from;
}

function createdUntil(sample: Totals): number | null {
  const { process_created, thread_created } = sample.counters;
  if (process_created === null || thread_created === null) return null;
  return process_created + thread_created + sample.missed.create;
}
