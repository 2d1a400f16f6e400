import type { Style } from '../../report/page-table.ts';
import { type Key, press } from '../../watch/keys.ts';
import type { Line } from '../../watch/line.ts';
import { renderScreen } from '../../watch/screen.ts';
import { START, takeNotice, takeUpdate, type WatchState } from '../../watch/state.ts';
import type { Update } from '../../watch/update.ts';
import { styleFor } from '../style-for.ts';
import { Terminal } from './watch-terminal.ts';
import { showTime } from './watch-time.ts';
import type { WatchView } from './watch-view.ts';

/** Shows a watch on the whole terminal, and takes keys. */
export class ScreenView implements WatchView {
  readonly #intervalSeconds: number;
  readonly #onQuit: () => void;
  readonly #isAscii: boolean;
  readonly #style: Style;
  readonly #terminal: Terminal;
  #state: WatchState = START;

  /** @param onQuit - The user wants to end it. */
  constructor(io: NodeJS.Process, intervalSeconds: number, onQuit: () => void) {
    this.#intervalSeconds = intervalSeconds;
    this.#onQuit = onQuit;
    this.#isAscii = !takesUtf8(io.env);
    this.#style = styleFor(io.stdout);
    const redraw = () => {
      this.#terminal.clear();
      this.#draw();
    };
    this.#terminal = new Terminal(io, {
      onKey: (key) => this.#press(key),
      onResize: redraw,
      onContinue: () => this.#draw(),
    });
    this.#draw();
  }

  async show(update: Update): Promise<void> {
    this.#state = takeUpdate(this.#state, update);
    this.#draw();
  }

  say(notice: string): void {
    this.#state = takeNotice(this.#state, notice);
    this.#draw();
  }

  close(): void {
    this.#terminal.close();
  }

  #press(key: Key): void {
    const next = press(this.#state, key);
    switch (next) {
      case 'quit':
        this.#onQuit();
        return;
      case 'suspend':
        this.#terminal.suspend();
        return;
      case 'redraw':
        this.#terminal.clear();
        break;
      default:
        this.#state = next;
    }
    this.#draw();
  }

  #draw(): void {
    const lines = renderScreen(this.#state, {
      columns: this.#terminal.columns,
      rows: this.#terminal.rows,
      intervalSeconds: this.#intervalSeconds,
      isAscii: this.#isAscii,
      showTime,
    });
    this.#terminal.draw(lines.map((line) => this.#paint(line)));
  }

  #paint({ text, look }: Line): string {
    return look === 'plain' ? text : this.#style(look, text);
  }
}

/** By the first of these that is set, as the C library looks. */
function takesUtf8(environment: NodeJS.ProcessEnv): boolean {
  const names = ['LC_ALL', 'LC_CTYPE', 'LANG'].map((name) => environment[name] ?? '');
  return /utf-?8/i.test(names.find((name) => name !== '') ?? '');
}
