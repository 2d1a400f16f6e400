import { type Counters, countErrors } from '../counters/counters.ts';
import { errnoName } from '../counters/errno.ts';
import type { Family, Sample } from './family.ts';

/** Counters with the labels that say whose they are. */
export interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
  readonly counters: Counters;
}

/**
 * The families of counters, for the machine or for all scopes of one kind. A counter that is absent has no series.
 *
 * @param prefix - Of the names, such as `ebpf_processes_app_`.
 * @param whose - Ends a sentence: "Tasks created by app group".
 * @param labels - Names of the labels that all have.
 * @param byErrno - Failed forks have a series for each errno.
 */
export function buildCounterFamilies(
  prefix: string,
  whose: string,
  labels: readonly string[],
  list: readonly Labelled[],
  byErrno: boolean,
): Family[] {
  const family = (
    name: string,
    help: string,
    more: readonly string[],
    samplesOf: (counters: Counters) => readonly Part[],
  ): Family => ({
    name: `${prefix}${name}_total`,
    help: `${help}${whose}.`,
    type: 'counter',
    labels: [...labels, ...more],
    samples: list.flatMap((one) =>
      samplesOf(one.counters).flatMap(([value, added]): Sample[] =>
        value === null ? [] : [{ labels: { ...one.labels, ...added }, value }],
      ),
    ),
  });
  return [
    family('created', 'Tasks created', ['kind'], (counters) => [
      [counters.process_created, { kind: 'process' }],
      [counters.thread_created, { kind: 'thread' }],
    ]),
    family('execs', 'Programs executed', [], ({ exec }) => [[exec, {}]]),
    family('exits', 'Tasks that exited', ['kind'], (counters) => [
      [counters.process_exited, { kind: 'process' }],
      [counters.thread_exited, { kind: 'thread' }],
    ]),
    family('releases', 'Tasks that were released after their exit', [], ({ released }) => [
      [released, {}],
    ]),
    byErrno
      ? family(
          'failed_forks',
          'Calls of fork, vfork, clone and clone3 that failed',
          ['errno'],
          listErrors,
        )
      : family(
          'failed_forks',
          'Calls of fork, vfork, clone and clone3 that failed',
          [],
          (counters) => [[countErrors(counters), {}]],
        ),
  ];
}

type Part = readonly [value: number | null, labels: Readonly<Record<string, string>>];

/** EAGAIN is there before the first one fails: an increase is seen only of a series that exists. */
function listErrors({ errors }: Counters): Part[] {
  if (errors === null) return [];
  const counts = { '11': 0, ...errors };
  return Object.entries(counts).map(([errno, count]) => [
    count,
    { errno: errnoName(Number(errno)) },
  ]);
}
