import type { Session } from '../../session/session.ts';
import type { Interrupt } from './interrupt.ts';
import { type CommandEnd, startCommand } from './start-command.ts';
import type { CommandUser } from './user.ts';

/** A command as it was asked for. */
export interface CommandLine {
  readonly argv: readonly string[];
  /** Whom it runs as, where that is another user than ours. */
  readonly user: CommandUser | undefined;
  /** See `startCommand`. */
  readonly stdoutFd: 1 | 2;
}

/** Start a command in its cgroup, if it has one, and wait for its end. */
export async function followCommand(
  { argv, user, stdoutFd }: CommandLine,
  { scopes }: Session,
  interrupt: Interrupt,
  io: NodeJS.Process,
): Promise<CommandEnd> {
  scopes?.command?.begin();
  const start = () => startCommand(argv, stdoutFd, io.env, user);
  const watched = scopes?.command?.cgroup?.startInside(start) ?? start();
  const left = interrupt.forwardTo(watched).then(() => watched.leave());
  try {
    const end = await Promise.race([watched.ended, left]);
    if (end.signal !== null) {
      io.stderr.write(`ebpf-processes: ${argv[0]} was ${describeSignal(end.signal)}\n`);
    }
    return end;
  } finally {
    interrupt.takeBack();
  }
}

/** `killed by signal 9 (KILL)`. */
function describeSignal({ number, name }: NonNullable<CommandEnd['signal']>): string {
  return `killed by signal ${number} (${name})`;
}
