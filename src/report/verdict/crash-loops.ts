import { groupDigits, printable } from '../page-table.ts';
import { nameWhere } from '../place-name.ts';
import type { Findable, Finding } from './finding.ts';
import { THRESHOLDS } from './thresholds.ts';
import { describePerson, nameProcess, quoteUnit, share } from './words.ts';

type Program = NonNullable<Findable['diagnosis']['programs']>[number];
type FailedExit = NonNullable<Program['failed_exits']>[number];

/** Signals by which the kernel or the program itself tells of a fault; others are sent, often on purpose. */
const FAULTS = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGSYS'];

/** Of these a status of 1 is the answer "no". */
const ANSWERING =
  '[ bzgrep cmp diff dpkg-query dpkg-split egrep expr false fgrep grep pgrep pidof readlink rg test which zgrep'.split(
    ' ',
  );

/** Ways to end that a sentence names. */
const MOST_WAYS = 2;

/** Processes of one program end again and again by a fault, or nearly all of them fail. */
export function findCrashLoops(report: Findable): Finding[] {
  const { diagnosis, window } = report;
  return (diagnosis.programs ?? []).flatMap((program) => {
    const { comm, cgroup, process_exited } = program;
    const failures = (program.failed_exits ?? []).filter(
      ({ status }) => !(status === 1 && ANSWERING.includes(comm ?? '')),
    );
    const failed = sum(failures);
    if (comm === null || process_exited === null || !isLoop(failures, process_exited)) return [];
    const parent = findParent(program);
    const core = failures.some(({ core_dumped }) => core_dumped) ? ', with core dumps' : '';
    return [
      {
        finding: 'crash_loop' as const,
        severity: 'warning' as const,
        sentence: `${printable(comm)}${nameWhere(report, cgroup)} ended ${failures.slice(0, MOST_WAYS).map(tellWay).join(', ')}`,
        evidence: [
          ...(parent === undefined
            ? []
            : [
                `parent: ${nameProcess(report, parent, null, null)}`,
                ...describePerson(report, parent),
              ]),
          `${share(failed, process_exited)} of its processes, ${(failed / window.seconds).toFixed(1)} a second${core}`,
        ],
        next: nextFor(failures[0], cgroup, parent),
      },
    ];
  });
}

function isLoop(failures: readonly FailedExit[], exited: number): boolean {
  const faults = failures.filter(({ signal }) => FAULTS.includes(signal ?? ''));
  if (sum(faults) >= THRESHOLDS.crashes) return true;
  const failed = sum(failures);
  return failed >= THRESHOLDS.failures && failed / exited >= THRESHOLDS.failureShare;
}

/** `by SIGSEGV 18 times`. */
function tellWay({ status, signal, count }: FailedExit): string {
  const how = signal === null ? `with exit status ${status}` : `by ${signal}`;
  return `${how} ${groupDigits(count)} times`;
}

/** The process whose children most of the failed ones were; none where they had many parents. */
function findParent({ parents, failed_exits }: Program): number | undefined {
  const failed = sum(failed_exits ?? []);
  return parents.find((parent) => parent.failed_exits > failed / 2)?.pid;
}

/** What a unit says of itself comes first; else stopping who starts them again, which can be undone. */
function nextFor(
  worst: FailedExit | undefined,
  cgroup: string | null,
  parent: number | undefined,
): string | null {
  const unit = quoteUnit(cgroup, ['.service']);
  if (unit !== undefined) return `journalctl -n 20 -u ${unit}`;
  if (parent !== undefined && parent > 1) return `kill -STOP ${parent}`;
  return worst?.signal == null ? null : 'dmesg | tail';
}

function sum(exits: readonly FailedExit[]): number {
  return exits.reduce((all, { count }) => all + count, 0);
}
