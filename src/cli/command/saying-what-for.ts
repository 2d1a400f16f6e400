import { printable } from '../../report/page-table.ts';
import type { Session } from '../../session/session.ts';

/** A wait that is shorter needs no word. */
const SAY_AFTER_MS = 300;

/**
 * Wait after the end of a command, and tell a person at a terminal what for where that takes a while.
 *
 * @param command - Its first word.
 */
export async function sayingWhatFor<Result>(
  command: string | undefined,
  session: Pick<Session, 'waiting'>,
  { stderr }: Pick<NodeJS.Process, 'stderr'>,
  wait: () => Promise<Result>,
  afterMs = SAY_AFTER_MS,
): Promise<Result> {
  const timer = setTimeout(() => {
    const { waiting } = session;
    if (!stderr.isTTY || waiting === 0) return;
    const tasks = waiting === 1 ? 'an ended task' : `${waiting} ended tasks`;
    stderr.write(
      `ebpf-processes: ${printable(command ?? '')} has ended; waiting, at most 2 s, until ${tasks} can be told from zombies\n`,
    );
  }, afterMs);
  try {
    return await wait();
  } finally {
    clearTimeout(timer);
  }
}
