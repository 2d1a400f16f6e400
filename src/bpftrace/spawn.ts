import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertDescriptorsLeft } from '../host/descriptors.ts';
import { isByLauncher } from '../host/facts.ts';
import { followEnd } from '../host/run.ts';
import type { BpftraceChild } from './child.ts';
import { type BpftraceCommand, chooseProgramPlace, toInvocation } from './command.ts';
import { askLauncher } from './launcher-child.ts';
import { toRequest } from './launcher-request.ts';

/**
 * Start a bpftrace, or ask the launcher to, and give it its program.
 *
 * @throws Error where not even that can be tried: `EMFILE` or `ENFILE` where no descriptors are left.
 */
export function spawnBpftrace(command: BpftraceCommand): BpftraceChild {
  assertDescriptorsLeft();
  const { privilege } = command;
  if (isByLauncher(privilege)) return askLauncher(privilege, toRequest(command));
  return spawnOwn(command);
}

function spawnOwn(command: BpftraceCommand): BpftraceChild {
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

function follow(child: ChildProcess): BpftraceChild {
  // First of all, because a child that could not be started says so, and would end us where nobody listens.
  const ended = followEnd(child);
  const { pid, stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('no pipes can be made');
  const kill = (signal: NodeJS.Signals) => child.kill(signal);
  return { pid, stdout, stderr, ended, kill, programs: [], takes: () => false };
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
