import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { assertDescriptorsLeft } from '../host/descriptors.ts';
import { type Ended, followEnd } from '../host/run.ts';
import { type BpftraceCommand, chooseProgramPlace, toInvocation } from './command.ts';

/** A bpftrace that was started, or that could not be: then it has no id. */
export interface SpawnedBpftrace {
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it is gone; never rejects. */
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Start a bpftrace, and give it its program.
 *
 * @throws Error where not even that can be tried: `EMFILE` or `ENFILE` where no descriptors are left.
 */
export function spawnBpftrace(command: BpftraceCommand): SpawnedBpftrace {
  assertDescriptorsLeft();
  const wanted = chooseProgramPlace(command);
  const file = wanted === 'file' ? openText(command.programText) : undefined;
  const place = wanted === 'file' && file === undefined ? 'argument' : wanted;
  const { words, environment } = toInvocation(command, place);
  const [program = '', ...args] = words;
  try {
    const child = spawn(program, args, {
      env: environment,
      cwd: '/',
      stdio: [
        place === 'stdin' ? 'pipe' : 'ignore',
        'pipe',
        'pipe',
        ...(file === undefined ? [] : [file]),
      ],
      detached: true,
    });
    if (place === 'stdin') giveInput(child, command.programText);
    return follow(child);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function follow(child: ChildProcess): SpawnedBpftrace {
  // First of all, because a child that could not be started says so, and would end us where nobody listens.
  const ended = followEnd(child);
  const { pid, stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('no pipes can be made');
  return { pid, stdout, stderr, ended, kill: (signal) => child.kill(signal) };
}

/** It may end without having read it. */
function giveInput({ stdin }: ChildProcess, text: string): void {
  stdin?.on('error', () => undefined);
  stdin?.end(text);
}

/** @returns A descriptor of a file without a name that holds a text; `undefined` where none can be made: a disk may be full. */
function openText(text: string): number | undefined {
  let directory: string | undefined;
  try {
    directory = mkdtempSync(join(tmpdir(), 'ebpf-processes-'));
    const path = join(directory, 'program.bt');
    writeFileSync(path, text);
    return openSync(path, 'r');
  } catch {
    return undefined;
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  }
}
