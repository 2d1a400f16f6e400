import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { readBpftraceFacts } from '../../src/host/bpftrace.ts';
import type { Target } from './context.ts';

const ROOTS = fileURLToPath(new URL('../roots', import.meta.url));

/** What to measure with, and a sentence on each that is left out. */
export interface Targets {
  readonly targets: readonly Target[];
  readonly leftOut: readonly string[];
}

/**
 * The bpftrace at `path`; by default this machine's own and one of each Debian suite, each version once.
 *
 * @throws UserError where the one at `path` does not start.
 */
export async function findTargets(path: string | undefined, signal: AbortSignal): Promise<Targets> {
  if (path !== undefined) return { targets: [await readTarget(path)], leftOut: [] };
  const leftOut: string[] = [];
  const found: Target[] = [];
  try {
    found.push(await readTarget(undefined));
  } catch (error) {
    leftOut.push(`this machine's own bpftrace is left out: ${String(error).split('\n')[0]}`);
  }
  const { stdout, stderr } = await execa(ROOTS, { cancelSignal: signal, reject: false });
  signal.throwIfAborted();
  leftOut.push(...stderr.split('\n').filter((line) => line !== ''));
  for (const [, version = '', launcher = ''] of stdout.matchAll(/^\S+ (\S+) (\S+)$/gm)) {
    found.push({ version, path: launcher });
  }
  const targets = found.filter(
    ({ version }, i) => found.findIndex((other) => other.version === version) === i,
  );
  return { targets, leftOut };
}

async function readTarget(path: string | undefined): Promise<Target> {
  const facts = await readBpftraceFacts(path);
  return { version: facts.version, path: facts.path };
}
