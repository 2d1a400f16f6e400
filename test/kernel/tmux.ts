import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect } from 'vitest';

/** A terminal of tmux, in which a shell runs. */
export class Tmux {
  readonly #server = `ebpf-processes-${randomUUID()}`;
  readonly #directory = mkdtempSync(`${tmpdir()}/ebpf-processes-tmux-`);

  constructor(columns: number, rows: number) {
    const shell = "env -u ENV PS1='READY> ' LC_ALL=C.UTF-8 bash --norc --noprofile -i";
    this.#run('new-session', '-d', '-x', String(columns), '-y', String(rows), shell);
    this.#run('pipe-pane', `cat >${this.#directory}/output`);
  }

  /** What is on the screen: its lines without blanks at their ends. */
  get screen(): string {
    return this.#run('capture-pane', '-p');
  }

  /** All that was written to the terminal, as it was written; a byte string. */
  get output(): string {
    return readFileSync(`${this.#directory}/output`, 'latin1');
  }

  /** The other screen is shown, there is a cursor, long lines are wrapped: each 1 or 0. */
  get modes(): string {
    return this.#run('display', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag}').trim();
  }

  /** The process that the shell waits for; `undefined` where it waits for keys. */
  get foreground(): number | undefined {
    const shell = this.#run('display', '-p', '#{pane_pid}').trim();
    const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'latin1').trim();
    return children === '' ? undefined : Number(children.split(' ')[0]);
  }

  /** Press keys, by the names that tmux gives them. */
  press(...keys: string[]): void {
    this.#run('send-keys', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#run('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Wait until the screen shows this. */
  async waitFor(words: string | RegExp): Promise<void> {
    await expect.poll(() => this.screen, { timeout: 15_000, interval: 100 }).toMatch(words);
  }

  close(): void {
    this.#run('kill-server');
    rmSync(this.#directory, { recursive: true });
  }

  #run(...words: string[]): string {
    const args = ['-u', '-L', this.#server, '-f', '/dev/null', ...words];
    return execFileSync('tmux', args, { encoding: 'utf8' });
  }
}
