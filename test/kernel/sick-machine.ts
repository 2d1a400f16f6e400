import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, vi } from 'vitest';
import { findPidsHierarchy } from '../../src/diagnosis/failed-forks/pids-hierarchy.ts';
import { waitUntilGone } from './plugin-process.ts';
import { CLI, run } from './run-cli.ts';

/** Start a program that ends with the test. What it prints is collected in `printed`. */
export function start(file: string, args: readonly string[] = []) {
  // In a process group of its own, so that its children end with it.
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const started = { child, pid: child.pid ?? 0, printed: '' };
  child.stdout?.on('data', (chunk) => {
    started.printed += chunk;
  });
  onTestFinished(() => end(child));
  return started;
}

/** Start a script of its own name, by which it is known. */
export function startScript(name: string, text: string) {
  const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-sick-`);
  writeFileSync(`${directory}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return start(`${directory}/${name}`);
}

async function end(child: ChildProcess): Promise<void> {
  kill(-(child.pid ?? 0));
  await waitUntilGone(child.pid ?? 0, 5_000);
}

export const PIDS = findPidsHierarchy();

const made: string[] = [];

/** A cgroup with a limit on tasks, and the words of a shell that enters it. It is removed by `removeCgroups`. */
export function makeCgroup(limit: number) {
  const directory = `${PIDS?.mount}/ebpf-processes-sick-${process.pid}-${made.length}`;
  mkdirSync(directory);
  made.push(directory);
  writeFileSync(`${directory}/pids.max`, String(limit));
  return { directory, enter: `echo $$ >${directory}/cgroup.procs` };
}

/** End what is left in the cgroups, and remove them. Some machines' first process takes its time to reap. */
export async function removeCgroups(): Promise<void> {
  for (const directory of made.splice(0)) {
    for (const pid of readFileSync(`${directory}/cgroup.procs`, 'utf8').split('\n'))
      kill(Number(pid));
    await vi.waitFor(() => rmdirSync(directory), { timeout: 30_000, interval: 100 });
  }
}

function kill(pid: number): void {
  try {
    if (pid !== 0) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** The page of a watch of two seconds, as it is on a terminal of 80 columns and 24 lines. */
export async function readPage(): Promise<Page> {
  const { stdout, exitCode, stderr, pid } = await run(CLI, ['-d', '2']);
  expect(exitCode, stderr).toBe(0);
  return { text: stdout, lines: stdout.trimEnd().split('\n'), pid };
}

export interface Page {
  readonly text: string;
  readonly lines: readonly string[];
  /** Of the process that printed it. */
  readonly pid: number;
}

/** A finding of a page by its title and something that stands in its sentence; its lines without the space before them. */
export function findFinding({ text }: Page, title: string, words: string | RegExp): string[] {
  const all = text.split(/^(?=! )/m).map((part) => part.split('\n\n')[0] ?? '');
  const found = all.find((part) => part.startsWith(`! ${title}`) && matches(part, words));
  expect(found, `${title} ${words}\n${text}`).toBeDefined();
  return (found ?? '').split('\n').map((line) => line.trim());
}

export function hasFinding({ text }: Page, title: string, words: string | RegExp): boolean {
  return text
    .split(/^(?=! )/m)
    .some((part) => part.startsWith(`! ${title}`) && matches(part, words));
}

/** Lines that were wrapped are one. */
function matches(part: string, words: string | RegExp): boolean {
  const line = part.replaceAll(/\s+/g, ' ');
  return typeof words === 'string' ? line.includes(words) : words.test(line);
}

/** Run the command that a finding ends with as it is printed. @param user - Whose; root's where it is absent. */
export function runNext(finding: readonly string[], user?: string): void {
  const next = finding.find((line) => line.startsWith('next: '))?.slice('next: '.length);
  const shell = ['sh', '-c', next ?? 'false'];
  const [file = '', ...args] =
    user === undefined ? shell : ['setpriv', '--reuid', user, '--clear-groups', ...shell];
  execFileSync(file, args);
}

/** One letter; empty where the process is gone. */
export function stateOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /, '')[0] ?? '';
  } catch {
    return '';
  }
}
