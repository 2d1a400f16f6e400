import { cpus, loadavg, release, totalmem } from 'node:os';
import type { Target } from './context.ts';

/** What the numbers were measured on, as sentences. */
export function describeMachine(targets: readonly Target[]): string[] {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const memoryGb = (totalmem() / 1e9).toFixed(0);
  const versions = targets.map(({ version }) => version).join(', ');
  return [
    `Linux ${release()} (${process.arch}), ${cpus().length} CPUs (${model}), ${memoryGb} GB, load ${loadavg()[0]?.toFixed(2)} at the start`,
    `bpftrace ${versions}; Node ${process.version}`,
  ];
}
