import { UserError } from '../../errors.ts';
import type { WatchedCommand } from './start-command.ts';
import { mayBeOfTerminal } from './terminal.ts';

/** What ends a window, and goes to the command while one runs. */
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What goes to the command while one runs, and else does to us what it does to any program. */
const OTHERS: readonly NodeJS.Signals[] = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

/** A command that ends this soon after Ctrl-C needs no word of ours. */
const SAY_AFTER_MS = 1_000;

/**
 * The signals that close the window early. While a command runs they go to the command, whose end closes the window; a second
 * Ctrl-C ends the wait for it.
 */
export class Interrupt {
  readonly #io: NodeJS.Process;
  readonly #isOfTerminal: (signal: NodeJS.Signals) => boolean;
  readonly #controller = new AbortController();
  #command: Pick<WatchedCommand, 'kill'> | undefined;
  #leave: () => void = () => undefined;
  #isInterrupted = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param isOfTerminal - Whether the command has a signal already. */
  constructor(io: NodeJS.Process, isOfTerminal = mayBeOfTerminal) {
    this.#io = io;
    this.#isOfTerminal = isOfTerminal;
    for (const signal of ENDING) io.on(signal, this.#receive);
  }

  /** Aborted by the first interrupt that is for us. Its reason is an error to throw where nothing was counted by then. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Hand signals on to a command until it ends.
   *
   * @returns Resolves where a second Ctrl-C ends the wait for it.
   */
  forwardTo(command: Pick<WatchedCommand, 'kill'>): Promise<void> {
    this.#command = command;
    for (const signal of OTHERS) this.#io.on(signal, this.#receive);
    return new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  /** The command has ended, or nobody waits for it: signals are ours again. */
  takeBack(): void {
    this.#command = undefined;
    clearTimeout(this.#timer);
    for (const signal of OTHERS) this.#io.off(signal, this.#receive);
  }

  stop(): void {
    this.takeBack();
    for (const signal of ENDING) this.#io.off(signal, this.#receive);
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    if (this.#command === undefined) {
      this.#controller.abort(interruptedTooEarly());
      return;
    }
    if (!this.#isOfTerminal(signal)) this.#command.kill(signal);
    if (signal !== 'SIGINT') return;
    if (this.#isInterrupted) {
      this.#controller.abort(interruptedTooEarly());
      this.#leave();
    }
    this.#isInterrupted = true;
    this.#timer ??= setTimeout(() => {
      this.#io.stderr.write(
        'ebpf-processes: waiting for COMMAND to end; another Ctrl-C ends the wait\n',
      );
    }, SAY_AFTER_MS);
  };
}

function interruptedTooEarly(): UserError {
  return new UserError('INTERRUPTED', 'interrupted before anything was counted', { exitCode: 130 });
}
