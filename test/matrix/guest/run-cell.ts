import { type ChildProcess, spawn } from 'node:child_process';
import { constants, release, uptime } from 'node:os';
import type { Observer } from '../../kernel/observer.ts';
import type { Asked, Cell, Hidden } from '../cells.ts';
import { FULL, type Outcome, STORM } from '../outcome.ts';

const CLI = '/mnt/project/bin/ebpf-processes';
const STORM_WORDS = ['/mnt/storm', ...Object.values(STORM).map(String), 'vfork'];
const FULL_CGROUP = `/sys/fs/cgroup${FULL.path}`;
const FILL = `echo $$ >${FULL_CGROUP}/cgroup.procs; exec /mnt/crowd fill ${FULL.failedForks} >/dev/null`;
const LIST_PROGRAMS = '/mnt/guest/test/matrix/guest/list-programs.js';

/** A run takes 10 to 40 s in a guest that has a core for itself. */
const TIMEOUT_MS = 300_000;

/** The command that `doctor` gives for functions whose probes never fire. */
const REMEDY = `$(${CLI} doctor --format json | node -pe 'JSON.parse(require("fs").readFileSync(0)).checks.find(({ name }) => name === "function tracing").remedy')`;

/** Shell commands before the run, which follows as `"$@"`. */
const HIDE: Record<Hidden, string> = {
  nothing: 'true',
  btf: 'set -- /mnt/hide-btf "$@"',
  // tracefs was mounted below debugfs by the kernel itself.
  debugfs: 'umount -l /sys/kernel/debug',
  tracefs: 'umount -l /sys/kernel/debug; umount -l /sys/kernel/tracing',
  loadavg: 'cp /proc/loadavg /tmp/loadavg; mount --bind /tmp/loadavg /proc/loadavg',
  priority: 'true',
  'mended ftrace': `echo 0 > /proc/sys/kernel/ftrace_enabled; eval "${REMEDY}"`,
  'mended kprobes': `echo 0 > /sys/kernel/debug/kprobes/enabled; eval "${REMEDY}"`,
  room: `echo +pids > /sys/fs/cgroup/cgroup.subtree_control; mkdir -p ${FULL_CGROUP}; echo ${FULL.limit} > ${FULL_CGROUP}/pids.max`,
};

/** Run the diagnostic on the workload, once. */
export async function runCell(cell: Cell, observer: Observer | undefined): Promise<Outcome> {
  const args = ['--once', '--format', 'json', ...toFlags(cell)];
  const startedAt = uptime();
  const workload = cell.hidden === 'room' ? ['/bin/sh', '-c', FILL] : STORM_WORDS;
  const child = spawnWithout(cell.hidden, [CLI, ...args, '--', ...workload]);
  const ended = await collect(child);
  return {
    cell,
    ran: true,
    ...ended,
    pid: child.pid ?? 0,
    seconds: uptime() - startedAt,
    noise: observer?.read().filter((event) => event.at >= startedAt),
  };
}

/** What would run for each of some settings; two texts that are the same stand for the same run. */
export async function listPrograms(hidden: Hidden, asked: readonly Asked[]): Promise<string[]> {
  const child = spawnWithout(hidden, ['/mnt/bin/node', LIST_PROGRAMS]);
  child.stdin?.end(JSON.stringify(asked));
  const { exitCode, stdout, stderr } = await collect(child);
  if (exitCode !== 0) throw new Error(`list-programs ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}

function spawnWithout(hidden: Hidden, command: readonly string[]): ChildProcess {
  const shell = ['/bin/sh', '-c', `${HIDE[hidden]}; exec "$@"`, 'guest'];
  return spawn('/usr/bin/unshare', ['--mount', ...shell, ...command], {
    env: { PATH: `/mnt/bin:${process.env['PATH']}`, HOME: '/root', LC_ALL: 'C' },
  });
}

function toFlags({ hidden, asked }: Cell): string[] {
  const { mode, typeFormat, coReTracing, mapsPerCore } = asked;
  const missesWithoutPriority = Number.parseInt(release(), 10) >= 7;
  return [
    ...(missesWithoutPriority && hidden !== 'priority' ? ['--real-time'] : []),
    ...['--mode', mode, '--type-format', typeFormat, '--co-re-tracing', coReTracing],
    mapsPerCore ? '--maps-per-core' : '--no-maps-per-core',
  ];
}

async function collect(
  child: ChildProcess,
): Promise<Pick<Outcome, 'exitCode' | 'stdout' | 'stderr'>> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, TIMEOUT_MS);
  return await new Promise((resolve) => {
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      const code = signal === null ? exitCode : 128 + constants.signals[signal];
      resolve({ exitCode: hung ? null : code, stdout, stderr });
    });
  });
}
