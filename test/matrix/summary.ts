import { STORM } from './outcome.ts';
import type { Judged } from './table.ts';

/** The matrix in five lines. */
export function summarize(judged: readonly Judged[]): string[] {
  const count = (keep: (one: Judged) => boolean) => judged.filter(keep).length;
  const { processes, threads, execs, failedForks } = STORM;
  return [
    `Machines: ${describeMachines(judged)}.`,
    `${judged.length} settings in ${count(({ ran }) => ran)} runs, ${count(isSick)} of them in lockdown or without BTF, debugfs, tracefs, a loadavg of the kernel's own, real-time priority or room in the cgroup. The workload: ${processes.toLocaleString('en')} processes, ${threads} threads, ${execs} execs and ${failedForks} failed forks.`,
    `Counted to the last one: ${count(isExact)}; in ${count((one) => isExact(one) && lacksEvent(one))} of them an event is absent, with the reason.`,
    `Refused, with the reason: ${count(({ verdict }) => verdict.result === 'refused')}.`,
    `Approximate, and marked so: ${count(({ verdict }) => verdict.result === 'approximate')}. Wrong: ${count(({ verdict }) => verdict.result === 'wrong')}.`,
  ];
}

function isExact({ verdict }: Judged): boolean {
  return verdict.result === 'exact';
}

function isSick({ machine, cell }: Judged): boolean {
  return machine.lockdown !== 'none' || cell.hidden !== 'nothing';
}

function lacksEvent({ verdict }: Judged): boolean {
  return verdict.events.some(({ quality }) => quality === 'absent');
}

/** `Linux 5.10 with bpftrace 0.11.3 and 0.23.2, 6.1 with 0.17.0`. */
function describeMachines(judged: readonly Judged[]): string {
  const versions = new Map<string, Set<string>>();
  for (const { greeting } of judged) {
    if (greeting === undefined) continue;
    const kernel = greeting.kernel.split('.').slice(0, 2).join('.');
    versions.set(kernel, (versions.get(kernel) ?? new Set()).add(greeting.bpftrace));
  }
  const inOrder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });
  const parts = [...versions]
    .toSorted(([a], [b]) => inOrder(a, b))
    .map(([kernel, bpftraces]) => [kernel, [...bpftraces].toSorted(inOrder).join(' and ')]);
  return parts
    .map(([kernel, bpftraces], i) =>
      i === 0 ? `Linux ${kernel} with bpftrace ${bpftraces}` : `${kernel} with ${bpftraces}`,
    )
    .join(', ');
}
