import { emitKeypressEvents } from 'node:readline';
import type { Key } from '../../watch/keys.ts';

const CLEAR = '\x1b[2J';

const ENTER = [
  '\x1b[?1049h', // The other screen, so that what was there before comes back.
  '\x1b[?25l', // No cursor.
  '\x1b[?7l', // A line that is too long is cut, and the lines below stay where they are.
  CLEAR,
].join('');

const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';

/** The terminal shows what stands between these at once; one that knows them not ignores them. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

export interface TerminalEvents {
  onKey(key: Key): void;
  onResize(): void;
  /** Suspended, and going on: the screen is empty. */
  onContinue(): void;
}

/** The whole of a terminal, to draw lines on; it is as it was after `close`, or however else the process ends but by SIGKILL. */
export class Terminal {
  readonly #io: NodeJS.Process;
  readonly #events: TerminalEvents;
  #drawn: readonly string[] = [];
  /** There is nothing on the screen but what is drawn. */
  #isClear = true;
  #isOpen = false;

  constructor(io: NodeJS.Process, events: TerminalEvents) {
    this.#io = io;
    this.#events = events;
    emitKeypressEvents(io.stdin);
    io.stdin.on('keypress', this.#receiveKey);
    io.stdout.on('resize', this.#resize);
    io.on('SIGCONT', this.#continue);
    io.on('SIGTSTP', this.#suspend);
    io.on('SIGQUIT', this.#die);
    io.on('exit', this.#leaveNow);
    // Before Node tells of a fault, on the screen that stays.
    io.on('uncaughtExceptionMonitor', this.#leaveNow);
    this.#enter();
  }

  get columns(): number {
    return this.#io.stdout.columns;
  }

  get rows(): number {
    return this.#io.stdout.rows;
  }

  /** Show these lines; only those that have changed are written. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const changed = lines.flatMap((line, i) =>
      line === this.#drawn[i] ? [] : [`\x1b[${i + 1};1H\x1b[K${line}`],
    );
    const first = this.#isClear ? '' : CLEAR;
    this.#drawn = lines;
    this.#isClear = true;
    const text = `${first}${changed.join('')}`;
    if (text !== '') this.#io.stdout.write(`${BEGIN}${text}${END}`);
  }

  /** The next lines are drawn on an empty screen. */
  clear(): void {
    this.#drawn = [];
    this.#isClear = false;
  }

  /** Stop the process as Ctrl-Z does. */
  suspend(): void {
    this.#leave();
    this.#io.kill(this.#io.pid, 'SIGSTOP');
  }

  close(): void {
    this.#leave();
    const io = this.#io;
    io.stdin.off('keypress', this.#receiveKey);
    io.stdout.off('resize', this.#resize);
    io.off('SIGCONT', this.#continue);
    io.off('SIGTSTP', this.#suspend);
    io.off('SIGQUIT', this.#die);
    io.off('exit', this.#leaveNow);
    io.off('uncaughtExceptionMonitor', this.#leaveNow);
  }

  #enter(): void {
    this.#isOpen = true;
    this.#isClear = true;
    this.#drawn = [];
    this.#setRaw(true);
    this.#io.stdout.write(ENTER);
  }

  #leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#setRaw(false);
    this.#io.stdout.write(LEAVE);
  }

  /** Keys come one by one and are not shown. */
  #setRaw(isRaw: boolean): void {
    const { stdin } = this.#io;
    if (!stdin.isTTY) return;
    stdin.setRawMode(isRaw);
    if (isRaw) stdin.resume();
    else stdin.pause();
  }

  readonly #receiveKey = (_: string | undefined, key: Key): void => this.#events.onKey(key);

  readonly #resize = (): void => this.#events.onResize();

  readonly #suspend = (): void => this.suspend();

  /** What the signal does to any program, after the terminal is as it was. */
  readonly #die = (signal: NodeJS.Signals): void => {
    this.close();
    this.#io.kill(this.#io.pid, signal);
  };

  readonly #continue = (): void => {
    if (this.#isOpen) this.#leave();
    this.#enter();
    this.#events.onContinue();
  };

  readonly #leaveNow = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      if (this.#io.stdin.isTTY) this.#io.stdin.setRawMode(false);
      this.#io.stdout.write(LEAVE);
    } catch {
      // The terminal is gone.
    }
  };
}
