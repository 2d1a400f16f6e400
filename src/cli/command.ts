import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { execa } from 'execa';
import { UserError } from '../errors.ts';

/** The command that `--once -- COMMAND` watches, while it runs. */
export interface WatchedCommand {
  readonly pid: number | undefined;
  readonly ended: Promise<CommandEnd>;
  kill(signal: NodeJS.Signals): void;
}

export interface CommandEnd {
  /** 128 + signal where one ended it. */
  readonly exitCode: number;
  readonly seconds: number;
}

/**
 * Start a command.
 *
 * @param stdoutFd - Where its standard output goes: ours holds the report, so by default it goes to standard error.
 */
export function startCommand(argv: readonly string[], stdoutFd: 1 | 2): WatchedCommand {
  const [file = '', ...args] = argv;
  const startedAtMs = performance.now();
  const child = execa(file, args, {
    stdio: ['inherit', stdoutFd, 'inherit'],
    buffer: false,
  });
  const ended = child.then(
    () => 0,
    (error: {
      exitCode?: number;
      signal?: NodeJS.Signals;
      code?: string;
      originalMessage?: string;
    }) => {
      if (error.signal !== undefined) return 128 + constants.signals[error.signal];
      if (error.exitCode !== undefined) return error.exitCode;
      throw commandNotStarted(file, error.code ?? 'unknown error', error);
    },
  );
  return {
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    ended: ended.then((exitCode) => ({
      exitCode,
      seconds: (performance.now() - startedAtMs) / 1000,
    })),
  };
}

/**
 * Look for the command before anything is attached.
 *
 * @throws UserError `COMMAND_NOT_STARTED` where there is no such program.
 */
export function assertCommandExists([file]: readonly string[], path: string): void {
  if (file === undefined) return;
  const places = file.includes('/') ? [file] : path.split(':').map((place) => `${place}/${file}`);
  if (!places.some((place) => existsSync(place))) throw commandNotStarted(file, 'ENOENT');
}

/** As a shell reports it: 127 not found, 126 found but not to be run. */
function commandNotStarted(file: string, code: string, cause?: unknown): UserError {
  return new UserError('COMMAND_NOT_STARTED', `cannot start ${file}: ${code}`, {
    hint: 'give its full path, or a name that is in PATH',
    exitCode: code === 'ENOENT' ? 127 : 126,
    cause,
  });
}
