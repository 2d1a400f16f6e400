import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Memory, where there is some: a file is written for each input. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A file tree of our own, for what reads files below a root. It is removed when the process ends. */
export class FileTree {
  readonly root = mkdtempSync(join(PARENT, 'ebpf-processes-fuzz-'));

  constructor() {
    process.once('exit', () => rmSync(this.root, { recursive: true, force: true }));
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
