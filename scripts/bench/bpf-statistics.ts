import { once } from 'node:events';
import { execa } from 'execa';
import { workloadPath } from './workloads.ts';

/**
 * Do something while the kernel's run-time statistics of BPF programs are on. They hang on a file descriptor of a helper
 * whose input ends with us, so nothing can leave them on.
 *
 * @throws Error where they cannot be switched on (before Linux 5.8, or without privilege).
 */
export async function withBpfStatistics<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const helper = execa(workloadPath('bpf-stats'), {
    stdin: 'pipe',
    cancelSignal: signal,
    reject: false,
  });
  try {
    // It prints one word when they are on; its output ends without one where it failed.
    const isOn = await Promise.race([once(helper.stdout, 'data'), helper.then(() => undefined)]);
    if (isOn === undefined) throw new Error((await helper).stderr || 'bpf-stats ended');
    return await work();
  } finally {
    helper.stdin.end();
    await helper;
  }
}
