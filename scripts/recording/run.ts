import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { CHILD_ENVIRONMENT } from '../../src/host/environment.ts';
import type { RealBpftrace } from '../../test/kernel/bpftraces.ts';
import { projectFile } from '../../test/kernel/run-cli.ts';

/** One run of bpftrace that is recorded. */
export interface Run {
  readonly bpftrace: RealBpftrace;
  /** `-e`'s text. */
  readonly program: string;
  /** Values of `$1`, `$2`, … in it. */
  readonly parameters: readonly string[];
  /** Options besides those of the product. */
  readonly options?: readonly string[];
  /** Variables besides those of the product. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Run it as uid and gid 65534. */
  readonly asNobody?: boolean;
}

/** Start it with the words and the environment of `src/bpftrace/command.ts`. */
export function startBpftrace(run: Run) {
  const options = ['-f', 'json', '-I', projectFile('probes/include'), ...(run.options ?? [])];
  const words = [...options, '-e', run.program, ...run.parameters];
  const [file, prefix] = run.asNobody ? unprivileged(run.bpftrace.path) : [run.bpftrace.path, []];
  return execa(file, [...prefix, ...words], {
    env: {
      ...CHILD_ENVIRONMENT,
      ...run.environment,
      ...(run.asNobody ? { EBPF_PROCESSES_IN_ROOT: '1' } : {}),
    },
    extendEnv: false,
    cwd: '/',
    stdin: 'ignore',
    reject: false,
    // Every byte stays what it is, whatever its encoding.
    encoding: 'latin1',
    stripFinalNewline: false,
  });
}

/** The launcher of `scripts/roots` needs root for its mounts, so the user is changed by its last step. */
function unprivileged(launcher: string): [string, string[]] {
  const script = readFileSync(launcher, 'utf8').replace(
    'exec /usr/sbin/chroot',
    'exec /usr/sbin/chroot --userspec=65534:65534 --groups=65534',
  );
  return ['/usr/bin/unshare', ['--mount', 'sh', '-c', script, launcher]];
}
