import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { findBpftrace } from './bpf-programs.ts';
import type { Bench, Target } from './context.ts';

const PLUGIN = fileURLToPath(new URL('../../bin/ebpf-processes.plugin', import.meta.url));

/** Our own configuration, which says nothing: Netdata's files must not have a say in what is measured. */
export const CONFIG_DIR = fileURLToPath(new URL('../../config', import.meta.url));

const APART = ['--apps', '--cgroups'];

/** The plugin promises to be gone within a second. */
const STOP_TIMEOUT_MS = 5_000;

/** A plugin that publishes every second. */
export interface RunningPlugin {
  readonly nodePid: number;
  readonly bpftracePid: number;
  /** From its start to its first values. */
  readonly firstValuesMs: number;
  /** Resolves when it and its bpftrace are gone. */
  stop(): Promise<void>;
}

/** Start the plugin as Netdata does, and wait for its first values. If we die, its input ends, and so does it. */
export async function startPlugin(
  target: Target,
  { apart, signal }: Bench,
): Promise<RunningPlugin> {
  const startedAtMs = performance.now();
  const args = ['1', '--config-dir', CONFIG_DIR, '--bpftrace', target.path];
  const child = execa(PLUGIN, [...args, ...(apart ? APART : [])], {
    stdin: 'pipe',
    buffer: { stdout: false, stderr: true },
    cancelSignal: signal,
    reject: false,
  });
  const stop = async () => {
    const giveUp = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.stdin.end();
    await child;
    clearTimeout(giveUp);
  };
  const hasValues = new Promise<boolean>((resolve) => {
    // Read to its end, so that the plugin never waits for a reader.
    createInterface({ input: child.stdout })
      .on('line', (line) => line.startsWith('SET ') && resolve(true))
      .on('close', () => resolve(false));
  });
  try {
    if (!(await hasValues)) throw new Error((await child).stderr || 'the plugin ended');
    const firstValuesMs = performance.now() - startedAtMs;
    const nodePid = child.pid ?? 0;
    return { nodePid, bpftracePid: findBpftrace(nodePid), firstValuesMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
