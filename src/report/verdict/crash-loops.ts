import { groupDigits, printable } from '../page-table.ts';
import type { Findable, Finding } from './finding.ts';
import { THRESHOLDS } from './thresholds.ts';
import { nameWhere, quoteUnit, share } from './words.ts';

/** Signals by which the kernel or the program itself tells of a fault; others are sent, often on purpose. */
const FAULTS = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGSYS'];

/** Processes of one program end again and again by the same fault, or nearly all of them in the same way. */
export function findCrashLoops({ diagnosis, window }: Findable): Finding[] {
  return (diagnosis.programs ?? []).flatMap(({ comm, cgroup, process_exited, failed_exits }) => {
    const [worst] = failed_exits ?? [];
    if (comm === null || worst === undefined || process_exited === null) return [];
    const { status, signal, core_dumped, count } = worst;
    const isLoop =
      signal !== null && FAULTS.includes(signal)
        ? count >= THRESHOLDS.crashes
        : count >= THRESHOLDS.failures && count / process_exited >= THRESHOLDS.failureShare;
    if (!isLoop) return [];
    const how = signal === null ? `with exit status ${status}` : `by ${signal}`;
    return [
      {
        finding: 'crash_loop' as const,
        severity: 'warning' as const,
        sentence: `${printable(comm)}${nameWhere(cgroup)} ended ${how} ${groupDigits(count)} times`,
        evidence: [
          `${share(count, process_exited)} of its processes, ${(count / window.seconds).toFixed(1)} a second`,
          ...(core_dumped ? ['a core was dumped'] : []),
        ],
        next: nextFor(signal, cgroup),
      },
    ];
  });
}

function nextFor(signal: string | null, cgroup: string | null): string | null {
  const unit = quoteUnit(cgroup, ['.service']);
  if (unit !== undefined) return `journalctl -n 20 -u ${unit}`;
  return signal === null ? null : 'dmesg | tail';
}
