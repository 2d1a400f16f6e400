import { groupDigits } from '../page-table.ts';
import type { Findable, Finding } from './finding.ts';
import { THRESHOLDS } from './thresholds.ts';
import { describePerson, nameProcess, quoteUnit } from './words.ts';

/** A parent leaves more and more zombies, or has very many. */
export function findZombies(report: Findable): Finding[] {
  const nowSeconds = report.window.start_uptime + report.window.seconds;
  return (report.diagnosis.zombie_parents ?? [])
    .filter(
      ({ pid, zombies, new_zombies, oldest_start_uptime }) =>
        nowSeconds - oldest_start_uptime >= THRESHOLDS.zombieSeconds &&
        // The first process reaps whatever it is given, sooner or later.
        ((pid !== 1 && new_zombies >= THRESHOLDS.newZombies) || zombies >= THRESHOLDS.zombies),
    )
    .map(({ pid, comm, cgroup, zombies, new_zombies, oldest_start_uptime }) => ({
      finding: 'zombies' as const,
      severity: 'warning' as const,
      sentence: `${nameProcess(report, pid, comm, cgroup)} has ${groupDigits(zombies)} zombies, ${groupDigits(new_zombies)} of them new`,
      evidence: [
        `it does not wait for its children, the oldest was started ${age(nowSeconds - oldest_start_uptime)} ago`,
        'they stay until it does, or is ended by the command below',
        ...describePerson(report, pid),
      ],
      next: nextFor(pid, cgroup),
    }));
}

/** Zombies are gone when their parent is: the first process reaps them then. */
function nextFor(pid: number, cgroup: string | null): string | null {
  const unit = quoteUnit(cgroup, ['.service']);
  if (unit !== undefined) return `systemctl restart ${unit}`;
  return pid === 1 ? null : `kill ${pid}`;
}

/** `7 s`, `3 min`, `2 h`, `5 d`, rounded down. */
function age(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const;
  const [size, name] = units.find(([most]) => seconds >= most) ?? [1, 's'];
  return `${Math.max(0, Math.floor(seconds / size))} ${name}`;
}
