import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

/** A process on a terminal, and what it wrote there. */
export class TerminalIo extends EventEmitter {
  readonly env: NodeJS.ProcessEnv = { TERM: 'xterm', LANG: 'C.UTF-8' };
  readonly pid = 77;
  /** Signals that it has sent, and to whom. */
  readonly sent: string[] = [];
  readonly stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(isRaw: boolean) {
      this.isRaw = isRaw;
    },
  });
  readonly stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: 80,
    rows: 24,
    text: '',
    write(text: string, done?: () => void) {
      this.text += text;
      done?.();
      return true;
    },
  });
  readonly stderr = { text: '', write: (text: string) => (this.stderr.text += text) };

  kill(pid: number, signal: string): void {
    this.sent.push(`${signal} ${pid}`);
  }

  /** As our programs see it. */
  get process(): NodeJS.Process {
    return this as unknown as NodeJS.Process;
  }

  /** What was written since this was asked for the last time. */
  takeOutput(): string {
    const { text } = this.stdout;
    this.stdout.text = '';
    return text;
  }
}
