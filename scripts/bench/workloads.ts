import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { firstLine } from './context.ts';

const BUILD = fileURLToPath(new URL('../build-workloads', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('../../test/workloads/build/', import.meta.url));

/** The C programs of `test/workloads`, or why there are none. */
export type Workloads = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Compile what is not up to date. */
export async function buildWorkloads(): Promise<Workloads> {
  try {
    await execa(BUILD, { stdin: 'ignore' });
    return { ok: true };
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return { ok: false, problem: stderr?.split('\n')[0] || firstLine(error) };
  }
}

export function workloadPath(name: Workload): string {
  return `${PROGRAMS}${name}`;
}

/** A program of `test/workloads`. */
type Workload = 'attach' | 'bigargs' | 'bpf-stats' | 'churn' | 'crowd' | 'depth' | 'pace' | 'storm';

/** Nanoseconds for each process or call. @see test/workloads/pace.c */
export async function timeLoop(
  kind: 'loop' | 'vfork' | 'syscall',
  count: number,
  signal: AbortSignal,
): Promise<number> {
  return Number(await run('pace', [kind, String(count)], signal));
}

/**
 * Make processes at a steady rate.
 *
 * @returns How many were made.
 */
export async function keepRate(
  perSecond: number,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  return Number(await run('pace', ['rate', String(perSecond), String(seconds)], signal));
}

/** Make forks fail. The workload itself makes two processes beside. */
export async function makeFailedForks(count: number, signal: AbortSignal): Promise<void> {
  await run('storm', ['2', '0', '0', String(count)], signal);
}

async function run(name: 'pace' | 'storm', args: readonly string[], signal: AbortSignal) {
  const { stdout } = await execa(workloadPath(name), [...args], {
    stdin: 'ignore',
    cancelSignal: signal,
  });
  return stdout;
}
