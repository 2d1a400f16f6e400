import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Report, reportSchema } from '../../src/report/report.ts';

const ROOT = new URL('../../', import.meta.url);

/** Full path of a file of this project. */
export function projectFile(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

export const CLI = projectFile('bin/ebpf-processes');
export const PLUGIN = projectFile('bin/ebpf-processes.plugin');
export const STORM = projectFile('test/workloads/build/storm');
export const PACE = projectFile('test/workloads/build/pace');
export const CROWD = projectFile('test/workloads/build/crowd');
export const TAKEOVER = projectFile('test/workloads/build/takeover');
export const REFUSE_BPF = projectFile('test/workloads/build/refuse-bpf');
export const REFUSE = projectFile('test/workloads/build/refuse');
export const NAMED = projectFile('test/workloads/build/named');
export const ESCAPE = projectFile('test/workloads/build/escape');

export interface Ended {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a program to its end. */
export function run(
  file: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const env = { ...process.env, ...environment };
  return collect(spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env }));
}

/** Wait for a child, and give back what it printed. */
export async function collect(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) =>
      resolve({ pid: child.pid ?? 0, exitCode, signal, stdout, stderr }),
    );
  });
}

/** `--once --format json …` → its report, its process and its standard error. */
export async function observe(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ report: Report; ended: Ended }> {
  const ended = await run(CLI, ['--once', '--format', 'json', ...args], environment);
  if (ended.stdout === '')
    throw new Error(`no report, exit code ${ended.exitCode}: ${ended.stderr}`);
  return { report: reportSchema.parse(JSON.parse(ended.stdout)), ended };
}

/**
 * Each task that exited was released or is a zombie: exactly, but for one of others on each CPU, which the kernel may be
 * tearing down at the moment of the last dump.
 */
export function expectBalanced({ balance: { difference, edge }, host }: Report): void {
  expect(Math.abs(difference ?? Number.NaN)).toBeLessThanOrEqual((edge ?? 0) + host.cpus);
}

/** Notes without that on the balance: what others do beside a test has a say in it; see `expectBalanced`. */
export function withoutBalance(notes: readonly string[]): string[] {
  return notes.filter((note) => !/neither released nor|released or became zombies/.test(note));
}
