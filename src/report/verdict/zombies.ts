import { groupDigits } from '../page-table.ts';
import type { Findable, Finding } from './finding.ts';
import { THRESHOLDS } from './thresholds.ts';
import { describePerson, nameProcess } from './words.ts';

/** A parent leaves more and more zombies, or has very many. */
export function findZombies(report: Findable): Finding[] {
  return (report.diagnosis.zombie_parents ?? [])
    .filter(
      ({ pid, zombies, new_zombies }) =>
        // The first process reaps whatever it is given, sooner or later.
        (pid !== 1 && new_zombies >= THRESHOLDS.newZombies) || zombies >= THRESHOLDS.zombies,
    )
    .map(({ pid, comm, cgroup, zombies, new_zombies }) => ({
      finding: 'zombies' as const,
      severity: 'warning' as const,
      sentence: `${nameProcess(report, pid, comm, cgroup)} has ${groupDigits(zombies)} zombies, ${groupDigits(new_zombies)} of them new`,
      evidence: ['it does not wait for its children', ...describePerson(report, pid)],
      next: `ps --ppid ${pid} -o pid,stat,etime,comm`,
    }));
}
