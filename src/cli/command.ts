import { constants } from 'node:os';
import { execa } from 'execa';
import { UserError } from '../errors.ts';
import type { Report } from '../output/report.ts';

/** The command that `--once -- COMMAND` watches, while it runs. */
export interface WatchedCommand {
  readonly ended: Promise<NonNullable<Report['command']>>;
  kill(signal: NodeJS.Signals): void;
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
      throw new UserError('COMMAND_NOT_STARTED', `cannot start ${file}: ${error.code}`, {
        hint: 'give its full path, or a name that is in PATH',
        // As a shell reports it: 127 not found, 126 found but not to be run.
        exitCode: error.code === 'ENOENT' ? 127 : 126,
        cause: error,
      });
    },
  );
  return {
    kill: (signal) => child.kill(signal),
    ended: ended.then((exit_code) => ({
      argv: [...argv],
      exit_code,
      seconds: (performance.now() - startedAtMs) / 1000,
    })),
  };
}
