import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const BUILD = fileURLToPath(new URL('../../../scripts/build-launcher', import.meta.url));

/** A group that nobody is in. */
export const GROUP = 54_321;

/** A user without privilege, in this group or in no other than its own. */
export const asUser = (gid: number, ...options: string[]): string[] => [
  ...`setpriv --reuid 65534 --regid ${gid} --clear-groups`.split(' '),
  ...options,
  // setpriv itself still has root's capabilities when it starts a program.
  'env',
];

export const SANITIZED = '-fsanitize=address,undefined';

/** The launcher with a state of its own, and a bpftrace that is a shell: the "programs" it is given are scripts. */
export interface Lab {
  readonly directory: string;
  readonly state: string;
  /** Where programs of this kernel are. */
  readonly programs: string;
  readonly launcher: string;
  /** A copy that is setuid root, for `GROUP`. */
  readonly setuid: string;
  remove(): void;
}

export function openLab(...compilerArguments: string[]): Lab {
  const directory = mkdtempSync(join(tmpdir(), 'launcher-'));
  chmodSync(directory, 0o755);
  const at = (name: string) => join(directory, name);
  const programs = join(at('state'), `${release()}+0.99`);
  mkdirSync(programs, { recursive: true });
  for (let i = 0; i < 4; i++) writeFileSync(at(`state/place-${i}`), '', { mode: 0o600 });
  writeFileSync(at('bpftrace'), '#!/bin/sh\n. /proc/self/fd/3\n', { mode: 0o755 });
  writeFileSync(at('paranoid'), '2\n');
  const places = {
    STATE: 'state',
    BPFTRACE: 'bpftrace',
    PROBES: 'probes',
    PARANOID: 'paranoid',
  };
  const defines = Object.entries(places).map(([name, file]) => `-D${name}="${at(file)}"`);
  execFileSync(BUILD, [at('launcher'), ...defines, ...compilerArguments]);
  copyFileSync(at('launcher'), at('setuid'));
  chownSync(at('setuid'), 0, GROUP);
  chmodSync(at('setuid'), 0o4750);
  return {
    directory,
    state: at('state'),
    programs,
    launcher: at('launcher'),
    setuid: at('setuid'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export const toHash = (script: string) => createHash('sha256').update(script).digest('hex');

/** Render a program. @returns The request for it. */
export function addProgram({ programs }: Lab, script: string): string {
  writeFileSync(join(programs, `${toHash(script)}.bt`), script, { mode: 0o644 });
  return requestFor(toHash(script));
}

export const requestFor = (hash: string) => `run 1 ${hash} 1700000000000000000 1000000000 4096\n`;

export interface Answer {
  readonly output: string;
  readonly exitCode: number | null;
}

/** Start a launcher. Its streams are pipes unless options say otherwise. */
export function start(words: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [command = '', ...args] = words;
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
}

/** Send a launcher a request, and wait for its end, with its input held open until then. */
export async function ask(
  words: readonly string[],
  request: string,
  options: SpawnOptions = {},
): Promise<Answer> {
  return await finish(start(words, options), request);
}

export async function finish(child: ChildProcess, request: string): Promise<Answer> {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => resolve(code));
  });
  child.stdin?.on('error', () => undefined).write(request);
  const output = child.stdout === null ? '' : await text(child.stdout);
  const exitCode = await ended;
  child.stdin?.destroy();
  return { output, exitCode };
}

export const refusal = (why: string) => ({
  output: `{"type": "refused", "data": "${why}"}\n`,
  exitCode: 2,
});

/** Wait until a condition holds. @returns How long that took, in milliseconds. @throws Error where it takes longer than 10 s. */
export async function until(holds: () => boolean): Promise<number> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > 10_000) throw new Error(`not within 10 s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - began;
}
