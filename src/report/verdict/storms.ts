import { countLives } from '../lifetimes.ts';
import { groupDigits, printable } from '../page-table.ts';
import { nameWhere } from '../place-name.ts';
import { toShellWord } from '../shell-word.ts';
import type { Findable, Finding } from './finding.ts';
import { THRESHOLDS } from './thresholds.ts';
import { describePerson, nameProcess, percent, quoteUnit, share } from './words.ts';

type Created = 'process_created' | 'thread_created';

type Forker = NonNullable<Findable['diagnosis']['top_forkers']>[number];

const SHELLS = ['bash', 'dash', 'sh', 'zsh', 'fish', 'ksh', 'ash', 'busybox'];

const THINGS = { process_created: 'processes', thread_created: 'threads' } as const;

/** Programs that a storm executes, of which so many are named. */
const MOST_RUN = 3;

export function findForkStorm(report: Findable): Finding[] {
  return findStorm(report, 'process_created', 'fork_storm');
}

export function findThreadStorm(report: Findable): Finding[] {
  return findStorm(report, 'thread_created', 'thread_storm');
}

/** A program in one cgroup creates a large share of very many tasks. */
function findStorm(
  report: Findable,
  created: Created,
  finding: 'fork_storm' | 'thread_storm',
): Finding[] {
  const all = report.system[created] ?? 0;
  if (all / report.window.seconds < THRESHOLDS.stormPerSecond) return [];
  return (report.diagnosis.top_forkers ?? [])
    .filter((forker) => forker[created] / all >= THRESHOLDS.stormShare)
    .sort((a, b) => b[created] - a[created])
    .map((forker) => ({
      finding,
      severity: 'critical',
      ...describe(report, forker, created, all),
    }));
}

function describe(
  report: Findable,
  { comm, cgroup, processes, busiest, ...counts }: Forker,
  created: Created,
  all: number,
): Pick<Finding, 'sentence' | 'evidence' | 'next'> {
  const things = THINGS[created];
  const single = busiest.find((one) => one[created] > counts[created] / 2);
  const many = processes === null ? 'many' : groupDigits(processes);
  const who =
    single === undefined
      ? `${many} processes named ${printable(comm)}${nameWhere(report, cgroup)}`
      : nameProcess(report, single.pid, comm, cgroup);
  const pid = single?.pid ?? busiest[0]?.pid;
  const isOfProcesses = created === 'process_created';
  return {
    sentence: `${who} created ${share(counts[created], all)} ${things}`,
    evidence: [
      ...describePerson(report, pid),
      ...(isOfProcesses ? describeRun(report, pid) : []),
      [
        `${groupDigits(Math.round(all / report.window.seconds))} ${things}/s on this machine`,
        ...(isOfProcesses ? describeLives(report) : []),
      ].join(', '),
    ],
    next: single === undefined ? stopMany(comm, cgroup) : `kill -STOP ${single.pid}`,
  };
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

/** Stopping them can be undone. Shells of one name are others' too, and perhaps the reader's own. */
function stopMany(comm: string, cgroup: string | null): string {
  const unit = quoteUnit(cgroup, ['.service', '.scope']);
  if (unit !== undefined) return `systemctl status ${unit}`;
  if (SHELLS.includes(comm)) return `ps -C ${comm} -o pid,ppid,user,args`;
  const pattern = comm.replaceAll(/[^\w -]/g, '.');
  return `pkill -STOP -x ${toShellWord(pattern)}`;
}
