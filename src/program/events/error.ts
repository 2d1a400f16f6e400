import type { Plan } from '../../plan/plan.ts';
import { writeCounts } from '../count.ts';
import { read32 } from '../key/emit.ts';
import { branch, type Lines } from '../text.ts';
import { atEach, type Emitter } from './emitter.ts';

/** From here down a return value asks for a restart after a signal (ERESTARTSYS), which is not a failed fork. */
const FIRST_RESTART = -512;

/** A thread of the kernel's own. @see kernel:include/linux/sched.h */
const PF_KTHREAD = '0x200000';

/** kthreadd, which makes the kernel's own threads. */
const KTHREADD = 2;

/** At the return of the function behind clone, clone3, fork and vfork. */
const FUNCTION = atEach(
  [
    'The function returns an id or the negative errno in 32 bits; the upper ones are undefined.',
    "The kernel's own threads are left out",
  ],
  (_, plan) => writeErrors('(int64)(int32)retval', plan, notOfTheKernel),
);

/** Failed forks by errno. The programs run in the caller. */
export const ERROR_EMITTERS: Readonly<Record<string, Emitter>> = {
  'error.fexit': FUNCTION,
  'error.kretprobe': FUNCTION,
  'error.tracepoint': atEach(
    ['Meanwhile every system call of the machine takes about 80 ns longer'],
    (_, plan) => writeErrors('args->ret', plan, (_plan, then) => then),
  ),
};

function writeErrors(
  returned: string,
  plan: Plan,
  ifWanted: (plan: Plan, then: Lines) => Lines,
): string[] {
  const counts = writeCounts('caller', [{ count: { counter: 'error', index: '$errno' } }], plan);
  return [
    `$ret = ${returned};`,
    ...branch(
      `$ret < 0 && $ret > ${FIRST_RESTART}`,
      ifWanted(plan, ['$errno = (uint64)(0 - $ret);', ...counts]),
    ),
  ];
}

function notOfTheKernel({ task }: Plan, then: Lines): Lines {
  if (task === null) return branch(`pid != ${KTHREADD}`, then);
  return [
    `$flags = ${read32('(uint64)curtask', task.flags)};`,
    ...branch(`($flags & ${PF_KTHREAD}) == 0`, then),
  ];
}
