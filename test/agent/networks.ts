import { execFileSync } from 'node:child_process';

/** A network namespace that a cable connects with ours. Needs root. */
export class OtherNetwork {
  readonly #name = `ebpf-${process.pid}`;
  readonly #ours = `ebpf${process.pid % 100_000}a`;
  readonly #theirs = `ebpf${process.pid % 100_000}b`;
  /** Our end. */
  readonly ourAddress = '10.213.77.1';
  /** The other end. */
  readonly theirAddress = '10.213.77.2';

  constructor() {
    ip('netns', 'add', this.#name);
    ip(
      'link',
      'add',
      this.#ours,
      'type',
      'veth',
      'peer',
      'name',
      this.#theirs,
      'netns',
      this.#name,
    );
    ip('addr', 'add', `${this.ourAddress}/24`, 'dev', this.#ours);
    ip('link', 'set', this.#ours, 'up');
    ip('-n', this.#name, 'addr', 'add', `${this.theirAddress}/24`, 'dev', this.#theirs);
    ip('-n', this.#name, 'link', 'set', this.#theirs, 'up');
    ip('-n', this.#name, 'link', 'set', 'lo', 'up');
  }

  /** The file of the namespace. */
  get file(): string {
    return `/run/netns/${this.#name}`;
  }

  /** Pull the cable, or plug it in again. */
  setLink(state: 'up' | 'down'): void {
    ip('link', 'set', this.#ours, state);
  }

  /** The cable goes with it. */
  remove(): void {
    ip('netns', 'del', this.#name);
  }
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] });
}
