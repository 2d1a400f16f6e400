import type { WatchedCommand } from './command.ts';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The signals that end a watch early. While a command runs they are the command's: its end ends the watch. */
export class Interrupt {
  readonly #io: NodeJS.Process;
  #happened = false;
  #command: WatchedCommand | undefined;
  #handler: () => void = () => undefined;

  constructor(io: NodeJS.Process) {
    this.#io = io;
    for (const signal of SIGNALS) io.on(signal, this.#receive);
  }

  get happened(): boolean {
    return this.#happened;
  }

  /** What to do on an interrupt from now on; at once where it has happened already. */
  handle(handler: () => void): void {
    this.#handler = handler;
    if (this.#happened) handler();
  }

  /** @param command - `undefined` once it has ended: signals are ours again. */
  forwardTo(command: WatchedCommand | undefined): void {
    this.#command = command;
  }

  stop(): void {
    for (const signal of SIGNALS) this.#io.off(signal, this.#receive);
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    if (this.#command !== undefined) {
      // The terminal sends SIGINT to the command itself.
      if (signal !== 'SIGINT') this.#command.kill(signal);
      return;
    }
    this.#happened = true;
    this.#handler();
  };
}
