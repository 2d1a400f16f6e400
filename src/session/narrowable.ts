import { existsSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { isByLauncher } from '../host/facts.ts';
import type { Wanted } from '../scopes/narrow/wanted.ts';
import type { Compiled } from './compile.ts';

/** @throws UserError where a view cannot be narrowed to this here. */
export function assertNarrowable(
  { plan, facts: { processes, privilege } }: Pick<Compiled, 'plan' | 'facts'>,
  { pid, user }: Wanted,
): void {
  if (plan.keying === null) {
    const reason =
      plan.notes.length === 0
        ? 'neither app groups nor cgroups were asked for, so that events are counted without their tasks'
        : plan.notes.join('; ');
    throw new UserError('USAGE', `a view cannot be narrowed here: ${reason}`, {
      hint: 'see how events are counted: ebpf-processes plan',
    });
  }
  if (user !== undefined && isByLauncher(privilege)) {
    throw new UserError(
      'NOT_ROOT',
      '--user needs root here: the launcher runs no program that reads users',
      {
        hint: 'run this with sudo, or narrow by name, cgroup or process: --comm, --cgroup, --pid',
      },
    );
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
