import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import { workloadPath } from '../bench/workloads.ts';

/** How hard the machine is worked; 1 is what the trials did. */
export interface Intensity {
  readonly times: number;
}

/** What comes one after another comes once in so many seconds. */
const ROUND_S = 60;

/**
 * Works the machine until the time is over: one process that takes another name before each process that it makes, all the
 * time; and in each minute processes with big arguments, cgroups in one another, a storm, and failed forks.
 */
export async function workUntil(
  deadlineMs: number,
  { times }: Intensity,
  signal: AbortSignal,
): Promise<void> {
  const run = async (name: Parameters<typeof workloadPath>[0], ...args: readonly unknown[]) => {
    if (signal.aborted) return;
    await execa(workloadPath(name), args.map(String), {
      stdin: 'ignore',
      stdout: 'ignore',
      cancelSignal: signal,
      // Another user's limit, or too few levels of cgroups, ends one of them early: the others go on.
      reject: false,
    });
  };
  const scaled = (most: number) => Math.max(1, Math.round(most * times));
  const leftS = () => Math.ceil((deadlineMs - performance.now()) / 1_000);
  const rounds = async () => {
    while (leftS() > ROUND_S / 2 && !signal.aborted) {
      const began = performance.now();
      await run('bigargs', scaled(400), 5);
      await run('depth', `${cgroupMount()}/ebpf-processes-endurance`, scaled(700), 10);
      await run('storm', scaled(50_000), scaled(5_000), scaled(5_000), scaled(1_000));
      await run('crowd', 'bomb', Math.round(Math.log2(scaled(16_384))));
      await pause(Math.min(ROUND_S, leftS()) * 1_000 - (performance.now() - began), signal);
    }
  };
  await Promise.all([run('churn', scaled(2_000), leftS()), rounds()]);
}

function cgroupMount(): string {
  const layout = readCgroupLayout('');
  return 'v2Mount' in layout ? layout.v2Mount : '/sys/fs/cgroup';
}

/** Ends early where the signal comes. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
