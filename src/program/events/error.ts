import type { AttachedEvent, Plan } from '../../plan/plan.ts';
import { type Count, writeCounts } from '../count.ts';
import { read32, read64 } from '../key/emit.ts';
import { PID_MAX_SHIFT } from '../key/layout.ts';
import { branch, type Lines } from '../text.ts';
import type { Block, Emitter } from './emitter.ts';

/** From here down a return value asks for a restart after a signal (ERESTARTSYS), which is not a failed fork. */
const FIRST_RESTART = -512;

/** A thread of the kernel's own. @see kernel:include/linux/sched.h */
const PF_KTHREAD = '0x200000';

/** kthreadd, which makes the kernel's own threads. */
const KTHREADD = 2;

/** The system calls under way, by task. Never printed. */
const CALLS = '@calls[(uint64)curtask]';

/** At the return of the function behind clone, clone3, fork and vfork. */
const FUNCTION: Emitter = {
  about: [
    'The function returns an id or the negative errno in 32 bits; the upper ones are undefined.',
    "The kernel's own threads are left out",
  ],
  emit: emitFunction,
};

/** Failed forks by errno. The programs run in the caller. */
export const ERROR_EMITTERS: Readonly<Record<string, Emitter>> = {
  'error.fexit': FUNCTION,
  'error.kretprobe': FUNCTION,
  'error.tracepoint': {
    about: [
      'A call that a filter (seccomp) or a tracer answers has a return and no entry: it never reached the kernel.',
      'Meanwhile every system call of the machine takes about 80 ns longer',
    ],
    emit: emitSyscalls,
  },
};

/**
 * clone3 reads its arguments and may refuse them before it calls the function: its own returns are counted where they can
 * be told apart. Only clone3 gives the function a place for ids (`set_tid`).
 */
function emitFunction({ attachPoints }: AttachedEvent, plan: Plan): Block[] {
  const [behind = '', ...clone3] = attachPoints;
  const setTid = plan.task?.setTid ?? null;
  const count = onFailure(plan, (then) => notOfTheKernel(plan, then));
  const returned = '$ret = (int64)(int32)retval;';
  const blocks = [{ attachPoints: [behind], body: [returned, ...count] }];
  if (clone3.length === 0 || setTid === null) return blocks;
  const isOther = [
    '$clone_args = (uint64)args->args;',
    `$set_tid = ${read64('$clone_args', setTid)};`,
  ];
  const others = onFailure(plan, (then) =>
    notOfTheKernel(plan, [...isOther, ...branch('$set_tid == 0', then)]),
  );
  return [
    { attachPoints: [behind], body: [returned, ...others] },
    { attachPoints: clone3, body: [returned, ...onFailure(plan, (then) => then)] },
  ];
}

function emitSyscalls({ attachPoints }: AttachedEvent, plan: Plan): Block[] {
  const isEntry = (point: string) => point.includes(':sys_enter_');
  return [
    { attachPoints: attachPoints.filter(isEntry), body: [`${CALLS} = 1;`] },
    {
      attachPoints: attachPoints.filter((point) => !isEntry(point)),
      body: [
        `$entered = ${CALLS};`,
        '$ret = args->ret;',
        ...branch(
          '$entered == 0',
          onFailure(plan, () => writeCounts('caller', [{ count: { counter: 'filtered' } }], plan)),
          [`delete(${CALLS});`, ...onFailure(plan, (then) => then)],
        ),
      ],
    },
  ];
}

/** Statements that count where `$ret` is an errno. */
function onFailure(plan: Plan, ifWanted: (then: Lines) => Lines): string[] {
  const { reads, detail } = readPidMax(plan);
  const count: Count = { counter: 'error', index: '$errno', ...(detail ? { detail } : {}) };
  const counts = writeCounts('caller', [{ count }], plan, reads);
  return branch(
    `$ret < 0 && $ret > ${FIRST_RESTART}`,
    ifWanted(['$errno = (uint64)(0 - $ret);', ...counts]),
  );
}

/** The limit on ids belongs to the namespace of the children, and can be read from outside in no other way. */
function readPidMax({ keying, task }: Plan): { readonly reads: Lines; readonly detail?: string } {
  if (keying?.by !== 'types' || task === null || task.pidMax === null) return { reads: [] };
  const { nsproxy, pidNamespace, pidMax } = task.pidMax;
  return {
    reads: [
      `$nsproxy = ${read64('(uint64)curtask', nsproxy)};`,
      `$pid_ns = ${read64('$nsproxy', pidNamespace)};`,
      `$pid_max = ${read32('$pid_ns', pidMax)};`,
    ],
    detail: `($pid_max << ${PID_MAX_SHIFT})`,
  };
}

function notOfTheKernel({ task }: Plan, then: Lines): Lines {
  if (task === null) return branch(`pid != ${KTHREADD}`, then);
  return [
    `$flags = ${read32('(uint64)curtask', task.flags)};`,
    ...branch(`($flags & ${PF_KTHREAD}) == 0`, then),
  ];
}
