import type { Counters } from '../counters/counters.ts';
import { errnoName } from '../counters/errno.ts';
import type { Report } from '../report/report.ts';
import type { Family, Sample } from './family.ts';

/** Counters as a report has them, with failed forks by the name of their errno. */
type Counts = Report['system'];

/** Counters with the labels that say whose they are. */
export interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: Counts;
}

/** What the families of some counters have in common. */
export interface CounterFamilies {
  /** Of a counter it is since the start, of a gauge of one window. */
  readonly type: Family['type'];
  /** Of the names, such as `ebpf_processes_app_`. */
  readonly prefix: string;
  /** Ends a sentence: "Tasks created by app group". */
  readonly whose: string;
  /** Names of the labels that all have. */
  readonly labels: readonly string[];
  /** Failed forks have a series for each errno. */
  readonly byErrno: boolean;
}

/** The families of counters, for the machine or for all scopes of one kind. A counter that is absent has no series. */
export function buildCounterFamilies(
  { type, prefix, whose, labels, byErrno }: CounterFamilies,
  list: readonly Labelled[],
): Family[] {
  const family = (
    name: string,
    help: string,
    more: readonly string[],
    samplesOf: (counts: Counts) => readonly Part[],
  ): Family => ({
    name: `${prefix}${name}${type === 'counter' ? '_total' : ''}`,
    help: `${help}${whose}.`,
    type,
    labels: [...labels, ...more],
    samples: list.flatMap((one) =>
      samplesOf(one.counts).flatMap(([value, added]): Sample[] =>
        value === null ? [] : [{ labels: { ...one.labels, ...added }, value }],
      ),
    ),
  });
  return [
    family('created', 'Tasks created', ['kind'], (counts) => [
      [counts.process_created, { kind: 'process' }],
      [counts.thread_created, { kind: 'thread' }],
    ]),
    family('execs', 'Programs executed', [], ({ exec }) => [[exec, {}]]),
    family('exits', 'Tasks that exited', ['kind'], (counts) => [
      [counts.process_exited, { kind: 'process' }],
      [counts.thread_exited, { kind: 'thread' }],
    ]),
    family('releases', 'Tasks that were released after their exit', [], ({ released }) => [
      [released, {}],
    ]),
    family(
      'failed_forks',
      'Calls of fork, vfork, clone and clone3 that failed',
      byErrno ? ['errno'] : [],
      (counts) => (byErrno ? listErrors(counts) : [[counts.errors?.total ?? null, {}]]),
    ),
  ];
}

/** Counters of the kernel as a report has them. */
export function toCounts({ filtered: _, errors, ...counters }: Counters): Counts {
  if (errors === null) return { ...counters, errors };
  const named = Object.entries(errors).map(([errno, count]) => [errnoName(Number(errno)), count]);
  const total = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return { ...counters, errors: { total, by_errno: Object.fromEntries(named) } };
}

type Part = readonly [value: number | null, labels: Readonly<Record<string, string>>];

/** EAGAIN is there before the first one fails: an increase is seen only of a series that exists. */
function listErrors({ errors }: Counts): Part[] {
  if (errors === null) return [];
  const counts = { EAGAIN: 0, ...errors.by_errno };
  return Object.entries(counts).map(([errno, count]) => [count, { errno }]);
}
