import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty directory that is gone after the test. */
export function makeTemporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ebpf-processes-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Directories in place of cgroups: of each, the kernel's id is the inode number too. Paths are byte strings. */
export function makeCgroup(mount: string, path: string): string {
  const directory = Buffer.from(`${mount}${path}`, 'latin1');
  mkdirSync(directory, { recursive: true });
  writeFileSync(Buffer.concat([directory, Buffer.from('/cgroup.procs')]), '');
  return String(statSync(directory, { bigint: true }).ino);
}

export function removeCgroup(mount: string, path: string): void {
  rmSync(Buffer.from(`${mount}${path}`, 'latin1').toString('latin1'), { recursive: true });
}

export function writeFileBelow(root: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(`${root}${path}`), { recursive: true });
  writeFileSync(`${root}${path}`, content);
}
