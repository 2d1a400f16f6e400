import { realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { findExecutable } from './executables.ts';
import { run } from './run.ts';

const TIMEOUT_MS = 5_000;

/** What makes a file that root executes dangerous: who becomes root by it, or can change what root runs. */
export interface FileRisks {
  /** The file itself, links followed. */
  readonly path: string;
  /** Whoever may execute it runs it as root. */
  readonly isSetuidRoot: boolean;
  /** As getcap writes them, `cap_bpf,cap_perfmon=ep`; `undefined` where there are none, or nothing that says it. */
  readonly capabilities: string | undefined;
  /** The file, or a directory above it, that somebody who is not root can change; `undefined` where there is none. */
  readonly changeable: string | undefined;
}

/** @returns `undefined` where there is no such file. */
export async function readFileRisks(path: string): Promise<FileRisks | undefined> {
  try {
    const real = realpathSync(path);
    const { mode, uid } = statSync(real);
    return {
      path: real,
      isSetuidRoot: uid === 0 && (mode & SETUID) !== 0,
      capabilities: await readCapabilities(real),
      changeable: findChangeable(real),
    };
  } catch {
    // It is gone, or closed to us.
    return undefined;
  }
}

const SETUID = 0o4000;
const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

function findChangeable(path: string): string | undefined {
  for (let place = path, isFile = true; ; place = dirname(place), isFile = false) {
    if (isChangeable(statSync(place), isFile)) return place;
    if (place === '/') return undefined;
  }
}

/** In a sticky directory nobody can replace a file of root's. */
function isChangeable({ uid, mode }: Stats, isFile: boolean): boolean {
  const isOpen = (mode & WRITABLE_BY_OTHERS) !== 0 && (isFile || (mode & STICKY) === 0);
  return uid !== 0 || isOpen;
}

async function readCapabilities(path: string): Promise<string | undefined> {
  const getcap = findExecutable('getcap');
  if (getcap === undefined) return undefined;
  const { stdout } = await run(getcap, [path], { env: process.env, timeoutMs: TIMEOUT_MS });
  // Before 2.41 there is ` = ` between the file and its capabilities.
  return /^\S+\s+(?:=\s+)?(cap_\S+)$/m.exec(stdout)?.[1];
}
