import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { commandNotStarted } from './find-command.ts';
import type { CommandUser } from './user.ts';

/** The command that `--once -- COMMAND` watches, while it runs. */
export interface WatchedCommand {
  readonly ended: Promise<CommandEnd>;
  /** Give it a signal; what it does about it is its own affair. */
  kill(signal: NodeJS.Signals): void;
  /** Wait for it no longer: it may outlive us. */
  leave(): CommandEnd;
}

export interface CommandEnd {
  /** 128 + signal where one ended it; 130 where it still runs, because a second Ctrl-C ended the wait. */
  readonly exitCode: number;
  /** The signal that killed it. */
  readonly signal: { readonly number: number; readonly name: string } | null;
  readonly isRunning: boolean;
  readonly seconds: number;
}

/**
 * Start a command.
 *
 * @param stdoutFd - Where its standard output goes: ours holds the report, so by default it goes to standard error.
 * @param user - Whom it runs as, where that is another user than ours.
 */
export function startCommand(
  argv: readonly string[],
  stdoutFd: 1 | 2,
  environment: NodeJS.ProcessEnv,
  user: CommandUser | undefined,
): WatchedCommand {
  const [file = '', ...args] = [...(user?.words ?? []), ...argv];
  const startedAtMs = performance.now();
  const child = spawn(file, args, {
    stdio: ['inherit', stdoutFd, 'inherit'],
    env: { ...environment, ...user?.environment },
  });
  const end = (exitCode: number, signal: CommandEnd['signal'], isRunning: boolean) => ({
    exitCode,
    signal,
    isRunning,
    seconds: (performance.now() - startedAtMs) / 1000,
  });
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(commandNotStarted(file, error.code ?? 'unknown error', error)),
    );
    child.on('exit', (code, signal) => {
      const number = signal === null ? 0 : constants.signals[signal];
      resolve(
        signal === null
          ? end(code ?? 0, null, false)
          : end(128 + number, { number, name: signal.slice(3) }, false),
      );
    });
  });
  return {
    ended,
    kill: (signal) => child.kill(signal),
    leave: () => {
      child.unref();
      return end(128 + constants.signals.SIGINT, null, true);
    },
  };
}
