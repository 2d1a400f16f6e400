import { existsSync } from 'node:fs';
import { UserError } from '../errors.ts';
import type { Wanted } from '../scopes/narrow/wanted.ts';
import type { Compiled } from './compile.ts';

/** @throws UserError where a view cannot be narrowed to this here. */
export function assertNarrowable({ plan, facts: { processes } }: Compiled, { pid }: Wanted): void {
  if (plan.keying === null) {
    const reason =
      plan.notes.length === 0
        ? 'neither app groups nor cgroups were asked for, so that events are counted without their tasks'
        : plan.notes.join('; ');
    throw new UserError('USAGE', `a view cannot be narrowed here: ${reason}`, {
      hint: 'see how events are counted: ebpf-processes plan',
    });
  }
  if (pid === undefined) return;
  if (processes.sees === 'none') {
    throw new UserError(
      'USAGE',
      '--pid cannot be used here: /proc shows other process ids than those of the kernel',
      {
        hint: 'narrow by name or cgroup instead: --comm NAME, --cgroup NAME',
      },
    );
  }
  if (!existsSync(`${processes.root}/proc/${pid}`)) {
    throw new UserError('USAGE', `there is no process ${pid}`, {
      hint: 'pgrep -a NAME lists the processes of a name with their ids',
    });
  }
}
