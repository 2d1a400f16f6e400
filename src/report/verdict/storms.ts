import { countLives } from '../lifetimes.ts';
import { groupDigits, printable } from '../page-table.ts';
import { nameWhere } from '../place-name.ts';
import type { Findable, Finding } from './finding.ts';
import { THRESHOLDS } from './thresholds.ts';
import { describePerson, nameProcess, percent, quoteUnit, share } from './words.ts';

type Created = 'process_created' | 'thread_created';

const THINGS = { process_created: 'processes', thread_created: 'threads' } as const;

/** Programs that a storm executes, of which so many are named. */
const MOST_RUN = 3;

export function findForkStorm(report: Findable): Finding[] {
  return findStorm(report, 'process_created', 'fork_storm');
}

export function findThreadStorm(report: Findable): Finding[] {
  return findStorm(report, 'thread_created', 'thread_storm');
}

/** One program in one cgroup creates a large share of very many tasks. */
function findStorm(
  report: Findable,
  created: Created,
  finding: 'fork_storm' | 'thread_storm',
): Finding[] {
  const { system, window, diagnosis } = report;
  const all = system[created] ?? 0;
  const perSecond = all / window.seconds;
  if (perSecond < THRESHOLDS.stormPerSecond) return [];
  const top = [...(diagnosis.top_forkers ?? [])].sort((a, b) => b[created] - a[created])[0];
  if (top === undefined || top[created] / all < THRESHOLDS.stormShare) return [];
  const things = THINGS[created];
  const single = top.busiest.find((one) => one[created] > top[created] / 2);
  const who =
    single === undefined
      ? `${top.processes === null ? 'many' : groupDigits(top.processes)} processes named ${printable(top.comm)}${nameWhere(report, top.cgroup)}`
      : nameProcess(report, single.pid, top.comm, top.cgroup);
  const pid = single?.pid ?? top.busiest[0]?.pid;
  return [
    {
      finding,
      severity: 'critical',
      sentence: `${who} created ${share(top[created], all)} ${things}`,
      evidence: [
        ...describePerson(report, pid),
        ...(created === 'process_created' ? describeRun(report, pid) : []),
        [
          `${groupDigits(Math.round(perSecond))} ${things}/s on this machine`,
          ...(created === 'process_created' ? describeLives(report) : []),
        ].join(', '),
      ],
      next: buildNext(single?.pid, top.cgroup),
    },
  ];
}

function describeLives({ diagnosis }: Findable): string[] {
  const { ended, short } = countLives(diagnosis);
  return ended === 0 ? [] : [`${percent(short, ended)} of those that ended lived under 100 ms`];
}

/** What the children of a process executed. */
function describeRun({ diagnosis }: Findable, pid: number | undefined): string[] {
  const run = (diagnosis.programs ?? [])
    .flatMap(({ comm, parents }) =>
      parents.flatMap(({ pid: parent, exec }) =>
        parent === pid && exec > 0 && comm !== null ? [{ comm, exec }] : [],
      ),
    )
    .sort((a, b) => b.exec - a.exec)
    .slice(0, MOST_RUN);
  if (run.length === 0) return [];
  return [
    `executed: ${run.map(({ comm, exec }) => `${printable(comm)} ${groupDigits(exec)} ×`).join(', ')}`,
  ];
}

/** Stopping one process stops the storm, and can be undone; of many the unit has to be looked at. */
function buildNext(pid: number | undefined, cgroup: string | null): string | null {
  if (pid !== undefined) return `kill -STOP ${pid}`;
  const unit = quoteUnit(cgroup, ['.service', '.scope']);
  return unit === undefined ? null : `systemctl status ${unit}`;
}
