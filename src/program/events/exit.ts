import type { Plan } from '../../plan/plan.ts';
import { type Choice, writeCounts } from '../count.ts';
import { readField } from '../fields.ts';
import { read32, read64 } from '../key/emit.ts';
import { unmark } from '../own.ts';
import { branch, type Lines } from '../text.ts';
import { atEach, type Emitter } from './emitter.ts';

/** Exited tasks, processes and threads apart. The programs run in the task that exits. */
export const EXIT_EMITTERS: Readonly<Record<string, Emitter>> = {
  'exit.rawtracepoint.group-dead': atEach(
    ['Set for the last thread of a process, whichever that is: arg1, which is group_dead'],
    (_, plan) => countEnd(lastThread('arg1 & 1'), plan),
  ),
  'exit.tracepoint.group-dead': atEach(
    ['Set for the last thread of a process, whichever that is: group_dead'],
    (_, plan) => {
      const groupDead = readField(plan, 'sched:sched_process_exit', 'group_dead');
      return countEnd(lastThread(groupDead.value), plan, groupDead.prelude);
    },
  ),
  'exit.tracepoint.acct-process.fentry': afterAcctProcess(),
  'exit.tracepoint.acct-process.kprobe': afterAcctProcess(),
  'exit.tracepoint.signal-live': atEach(
    [
      'The kernel takes the task off signal->live before this tracepoint, so the last one sees 0;',
      'two that end on two CPUs at the same instant can both see 0',
    ],
    (_, plan) => countEnd(lastThread('$live == 0'), plan, readLive(plan)),
  ),
  'exit.tracepoint.leader': atEach(
    ['The first thread stands for its process; see exec, where another one can take its place'],
    (_, plan) =>
      countEnd(
        {
          when: 'pid == tid',
          count: { counter: 'leader_exited' },
          otherwise: { counter: 'other_exited' },
        },
        plan,
      ),
  ),
};

/** A choice that says when a process ends. */
type End = Choice & { readonly when: string };

function countEnd(end: End, plan: Plan, reads: Lines = []): string[] {
  return [...writeCounts('ending', [end], plan, reads), ...unmark(end.when, plan)];
}

function lastThread(when: string): End {
  return {
    when,
    count: { counter: 'process_exited' },
    otherwise: { counter: 'thread_exited' },
  };
}

/** The program at acct_process() marks the task, and the one at the tracepoint, which follows, finds the mark. */
function afterAcctProcess(): Emitter {
  return {
    about: [
      'The kernel calls acct_process() for the last thread of a process; the tracepoint follows',
    ],
    emit: ({ attachPoints }, plan) => {
      // bpftrace 0.27 has no curtask without the kernel's types, and its tid fails in some namespaces.
      const place = `@ending[(uint64)${plan.task === null ? 'tid' : 'curtask'}]`;
      return attachPoints.map((attachPoint) => ({
        attachPoints: [attachPoint],
        body: attachPoint.startsWith('tracepoint:')
          ? [
              `$last = ${place};`,
              ...branch('$last == 1', [`delete(${place});`]),
              ...countEnd(lastThread('$last == 1'), plan),
            ]
          : [`${place} = 1;`],
      }));
    },
  };
}

function readLive({ task }: Plan): string[] {
  if (task === null) throw new Error('signal->live is read only where its place is known');
  return [
    `$signal = ${read64('(uint64)curtask', task.signal)};`,
    `$live = ${read32('$signal', task.live)};`,
  ];
}
