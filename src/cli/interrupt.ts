import { UserError } from '../errors.ts';
import type { WatchedCommand } from './command.ts';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The signals that close the window early. While a command runs they go to the command, whose end closes the window. */
export class Interrupt {
  readonly #io: NodeJS.Process;
  readonly #controller = new AbortController();
  #command: WatchedCommand | undefined;

  constructor(io: NodeJS.Process) {
    this.#io = io;
    for (const signal of SIGNALS) io.on(signal, this.#receive);
  }

  /** Aborted by the first interrupt. Its reason is an error to throw where nothing was counted by then. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @param command - `undefined` once it has ended: signals are ours again. */
  forwardTo(command: WatchedCommand | undefined): void {
    this.#command = command;
  }

  stop(): void {
    for (const signal of SIGNALS) this.#io.off(signal, this.#receive);
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    if (this.#command === undefined) this.#controller.abort(interruptedTooEarly());
    // The terminal sends SIGINT to the command itself.
    else if (signal !== 'SIGINT') this.#command.kill(signal);
  };
}

function interruptedTooEarly(): UserError {
  return new UserError('INTERRUPTED', 'interrupted before anything was counted', { exitCode: 130 });
}
