import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { findFaults } from '../plugins-d/reader.ts';
import { collect, type Ended, PLUGIN } from './run-cli.ts';

/** One BEGIN … END of the plugin, and when it came. */
export interface ChartUpdate {
  readonly chart: string;
  /** Wall clock, milliseconds since 1970, of its first line. */
  readonly atMs: number;
  readonly elapsedUs: number | undefined;
  readonly values: ReadonlyMap<string, number>;
}

/** A plugin that runs as Netdata would run it, with all that it said. */
export class PluginProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly updates: ChartUpdate[] = [];
  stdout = '';
  stderr = '';
  #wake: () => void = () => undefined;

  /** @param words - What goes before its arguments, its own name at the end. */
  constructor(
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    words: readonly [string, ...string[]] = [PLUGIN],
  ) {
    const [command, ...before] = words;
    const env = { ...process.env, ...environment };
    this.child = spawn(command, [...before, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    let rest = '';
    let open:
      | { chart: string; atMs: number; elapsedUs: number | undefined; values: Map<string, number> }
      | undefined;
    this.child.stdout?.setEncoding('latin1').on('data', (chunk: string) => {
      const atMs = Date.now();
      this.stdout += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [word, id = '', ...more] = line.split(' ');
        if (word === 'BEGIN') {
          open = {
            chart: id,
            atMs,
            elapsedUs: more[0] === undefined ? undefined : Number(more[0]),
            values: new Map(),
          };
        } else if (word === 'SET') open?.values.set(id, Number(more[1]));
        else if (word === 'END' && open !== undefined) {
          this.updates.push(open);
          this.#wake();
        }
      }
    });
    this.ended = collect(this.child).then(checkLines);
  }

  /** What it logged, without the notes of the plan, which are those of the machine. */
  get errors(): string {
    return this.stderr.replace(/^.* INFO {2}: .*\n/gm, '');
  }

  /** The updates of one chart so far. */
  of(chart: string): ChartUpdate[] {
    return this.updates.filter((update) => update.chart === chart);
  }

  /** Resolves once `condition` holds; it is looked at after each update. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The id of its bpftrace, while that runs. */
  get bpftracePid(): number | undefined {
    return childrenOf(this.child.pid ?? 0).find((pid) => readName(pid) === 'bpftrace');
  }
}

/** @throws Error where an agent would find fault with what the plugin wrote. */
function checkLines(ended: Ended): Ended {
  const faults = findFaults(ended.stdout, ended.exitCode !== 0);
  if (faults.length > 0) throw new Error(`what the plugin wrote is wrong:\n${faults.join('\n')}`);
  return ended;
}

/** True while a process of this id runs that is not merely waiting to be reaped. */
export function isRunning(pid: number): boolean {
  const state = /^State:\s+(\w)/m.exec(readProc(pid, 'status'))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Resolves with the milliseconds it took until a process was gone. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<number> {
  const startedAtMs = performance.now();
  while (isRunning(pid)) {
    if (performance.now() - startedAtMs > timeoutMs)
      throw new Error(`${pid} still runs after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - startedAtMs;
}

/** The processes that are children of this one now. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(/^PPid:\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1]) === parent);
}

function readName(pid: number): string {
  return readProc(pid, 'comm').trim();
}

/** A file of a process; empty once that is gone. */
export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // It ended while we looked: nothing to read.
    return '';
  }
}
