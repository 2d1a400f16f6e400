import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { spawnBpftrace } from '../../src/bpftrace/spawn.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { readKernelClock } from '../../src/host/kernel-clock.ts';

/** This checkout. */
export const OURS = fileURLToPath(new URL('../..', import.meta.url));

/** As in the plugin. */
const PERIOD_NS = 1_000_000_000;

const MAP_KEYS = 32_768;

/**
 * The program that a built checkout would run with a bpftrace, counts kept apart by app group and cgroup.
 *
 * @param checkout - A directory with `bin/` and `dist/`.
 */
export async function readProgramText(checkout: string, bpftracePath: string): Promise<string> {
  const { stdout } = await execa(`${checkout}/bin/ebpf-processes`, [
    'program',
    ...['--bpftrace', bpftracePath, '--mode', 'entry', '--apps', '--cgroups'],
  ]);
  return stdout;
}

/** The attach points of a program, in its order. */
export function listAttachPoints(text: string): string[] {
  return [...text.matchAll(/^(\w+:[\w:]+)(?:,| \{)/gm)].map(([, point = '']) => point);
}

/** A bpftrace that runs a text. */
export interface RunningText {
  readonly bpftracePid: number;
  stop(): Promise<void>;
}

/** Start bpftrace with a program, and wait for the end of its first dump. */
export async function runText(facts: HostFacts, text: string): Promise<RunningText> {
  const bpftrace = spawnBpftrace({
    bpftrace: facts.bpftrace,
    privilege: facts.privilege,
    lifeline: [],
    programText: text,
    mapKeys: MAP_KEYS,
    attachPoints: listAttachPoints(text),
    parameters: [String(readKernelClock(facts).wallOffsetNs), String(PERIOD_NS)],
  });
  bpftrace.stderr.resume();
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: bpftrace.stdout }).on('line', (line) => {
      if (line.includes('"end ')) resolve();
    });
    bpftrace.ended.then(({ exitCode, problem }) =>
      reject(new Error(`bpftrace ended: ${problem ?? exitCode}`)),
    );
  });
  return {
    bpftracePid: bpftrace.pid ?? 0,
    stop: async () => {
      bpftrace.kill('SIGKILL');
      await bpftrace.ended;
    },
  };
}
