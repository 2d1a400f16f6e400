import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Memory, where there is some: a file is written for each input. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const roots: string[] = [];

/** To be called at the end: a test process may be ended by a signal. */
export function removeFileTrees(): void {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
}

/** A file tree of our own, for what reads files below a root. */
export class FileTree {
  readonly root = mkdtempSync(join(PARENT, 'ebpf-processes-fuzz-'));

  constructor() {
    roots.push(this.root);
  }

  write(path: string, content: string | Buffer): this {
    this.#makeDirectory(path);
    writeFileSync(`${this.root}${path}`, content, 'latin1');
    return this;
  }

  link(path: string, target: string): this {
    this.#makeDirectory(path);
    symlinkSync(target, `${this.root}${path}`);
    return this;
  }

  #makeDirectory(path: string): void {
    mkdirSync(dirname(`${this.root}${path}`), { recursive: true });
  }
}
