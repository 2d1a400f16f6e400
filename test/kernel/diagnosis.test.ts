import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPidsHierarchy } from '../../src/diagnosis/failed-forks/pids-hierarchy.ts';
import type { Report } from '../../src/report/report.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { waitUntilGone } from './plugin-process.ts';
import { CROWD, observe, REFUSE, run } from './run-cli.ts';

const RETURN = ['--mode', 'return'];

/** Of nobody on any machine. */
const USER = '54321';

describe.each(readRealBpftraces())('bpftrace $version', ({ path }) => {
  const using = ['--bpftrace', path];

  test('tells exactly how many processes lived under 100 ms, and who made them', async () => {
    const { report, ended } = await observe([...using, '--', CROWD, 'lives', '300', '40']);
    expect(ended.exitCode).toBe(0);
    const { top_forkers, lifetimes, reason } = report.diagnosis;
    expect(reason).toBeNull();
    const lived = (classes: typeof lifetimes) =>
      (classes ?? []).reduce((count, { processes }) => count + processes, 0);
    expect(lived(lifetimes)).toBe(report.system.process_exited);
    // What others ended meanwhile may have lived short or not. Crowd itself lives 300 ms.
    const others = lived(lifetimes) - 341;
    expect(others).toBeGreaterThanOrEqual(0);
    const short = lived((lifetimes ?? []).slice(0, 3));
    expect(short).toBeGreaterThanOrEqual(300);
    expect(short).toBeLessThanOrEqual(300 + others);
    const crowd = top_forkers?.find(({ comm }) => comm === 'crowd');
    expect(crowd).toMatchObject({ process_created: 340, thread_created: 0, processes: 1 });
    expect(crowd?.busiest).toMatchObject([{ process_created: 340 }]);
  });

  test('tells exactly which programs were executed, and how their processes ended', async () => {
    const script = [
      'for i in 1 2 3 4 5 6 7; do /bin/true; done',
      'for i in 1 2 3; do sh -c "exit 42"; done',
      "for i in 1 2; do sh -c 'kill -KILL $$'; done",
      "sh -c 'kill -TERM $$'",
      'true',
    ].join('; ');
    const { report } = await observe([...using, '--', 'sh', '-c', script]);
    const path = report.diagnosis.programs?.find(({ comm }) => comm === 'true')?.cgroup;
    const own = report.diagnosis.programs?.filter(({ cgroup }) => cgroup === path);
    expect(own?.find(({ comm }) => comm === 'true')).toMatchObject({
      exec: 7,
      process_exited: 7,
      failed_exits: [],
    });
    expect(own?.find(({ comm }) => comm === 'sh')).toMatchObject({
      exec: 7,
      process_exited: 7,
      failed_exits: [
        { status: 42, signal: null, count: 3 },
        { status: null, signal: 'SIGKILL', core_dumped: false, count: 2 },
        { status: null, signal: 'SIGTERM', core_dumped: false, count: 1 },
      ],
    });
  });

  test('names what a fork bomb is made of first', async () => {
    const { report } = await observe([...using, '--', CROWD, 'bomb', '9']);
    expect(report.diagnosis.top_forkers?.[0]).toMatchObject({
      comm: 'crowd',
      process_created: 1022,
      processes: 511,
    });
    expect(report.diagnosis.top_forkers?.[0]?.busiest[0]?.process_created).toBe(2);
  });
});

describe('a parent that does not reap', () => {
  let child: ChildProcess;
  beforeEach(() => {
    child = spawn(CROWD, ['zombies', '7'], { stdio: ['ignore', 'pipe', 'ignore'] });
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await waitUntilGone(child.pid ?? 0, 5_000);
  });

  test('is named, with its seven children that ended before the window', async () => {
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const { report } = await observe(['--duration', '0.5']);
    expect(findZombieParent(report, child.pid)).toMatchObject({
      comm: 'crowd',
      zombies: 7,
      new_zombies: 0,
    });
  });
});

test('zombies that are new in the window are told apart', async () => {
  // The command ends and leaves it behind.
  const leave = `"${CROWD}" zombies 7 >/dev/null 2>&1 & echo pid $! >&2; sleep 0.5`;
  const { report, ended } = await observe(['--', 'sh', '-c', leave]);
  const pid = Number(/pid (\d+)/.exec(ended.stderr)?.[1]);
  process.kill(pid, 'SIGKILL');
  expect(findZombieParent(report, pid)).toMatchObject({ zombies: 7, new_zombies: 7 });
});

describe('a cgroup with a limit of 20 tasks', () => {
  const hierarchy = findPidsHierarchy();
  const directory = `${hierarchy?.mount}/ebpf-processes test'$(exit)-${process.pid}`;
  const quoted = `'${directory.replaceAll("'", "'\\''")}'`;
  const inside = (command: string) => `echo $$ >${quoted}/cgroup.procs; ${command}`;
  beforeEach(() => {
    mkdirSync(directory);
    writeFileSync(`${directory}/pids.max`, '20');
  });
  afterEach(() => rmdirSync(directory));

  test.runIf(hierarchy !== undefined)(
    'is named with exactly how often forks met it, and the remedy helps',
    async () => {
      const fill = inside(`exec "${CROWD}" fill 23`);
      const { report, ended } = await observe([...RETURN, '--', 'sh', '-c', fill]);
      expect(ended.stderr).toBe('19 made, errno 11\n');
      expect(report.system.errors?.by_errno).toEqual({ EAGAIN: 23 });
      const [cause, ...others] = report.failed_forks.causes;
      expect(cause).toMatchObject({
        cause: 'cgroup_pids',
        errno: 'EAGAIN',
        count: 23,
        cgroup: directory,
        limit: 20,
        used: 20,
      });
      expect(others).toEqual([]);
      expect(report.failed_forks.callers).toMatchObject([
        { comm: 'crowd', user: 0, processes: 1, count: 23, cause: 'cgroup_pids', limit: 20 },
      ]);
      expect(report.failed_forks.unexplained).toEqual({});
      execFileSync('bash', ['-c', cause?.remedy ?? 'false']);
      const again = await run('sh', ['-c', inside(`exec "${CROWD}" fill 1`)]);
      expect(again.stdout).toBe('39 made, errno 11\n');
    },
  );

  test.runIf(hierarchy !== undefined)(
    'is the one cause of a storm that goes on at both edges of the window',
    async () => {
      const storm = spawn('sh', ['-c', inside(`exec "${CROWD}" fill 1000000`)], {
        stdio: 'ignore',
      });
      try {
        const { report } = await observe([...RETURN, '--duration', '1']);
        const total = report.system.errors?.by_errno['EAGAIN'] ?? 0;
        expect(total).toBeGreaterThan(1000);
        const [cause, ...others] = report.failed_forks.causes;
        expect(cause).toMatchObject({ cause: 'cgroup_pids', cgroup: directory, count: total });
        expect(others).toEqual([]);
        expect(report.failed_forks).toMatchObject({ unexplained: {} });
      } finally {
        writeFileSync(`${directory}/pids.max`, 'max');
        killAll(`${directory}/cgroup.procs`);
        await waitUntilGone(storm.pid ?? 0, 5_000);
      }
    },
  );

  test.runIf(hierarchy !== undefined)(
    'is named also where failed forks are not counted, and not for forks that met it before',
    async () => {
      await run('sh', ['-c', inside(`exec "${CROWD}" fill 5`)]);
      const fill = inside(`exec "${CROWD}" fill 23`);
      const { report } = await observe(['--no-errors', '--', 'sh', '-c', fill]);
      expect(report.system.errors).toBeNull();
      expect(report.failed_forks).toMatchObject({
        causes: [{ count: 23, cgroup: directory, limit: 20 }],
        unexplained: null,
      });
    },
  );
});

test('the process limit of a user explains all that failed at it, and the remedy raises it', async () => {
  const prlimit = ['/usr/bin/prlimit', '--nproc=10:40'];
  const limited = ['--reuid', USER, '--clear-groups', ...prlimit];
  const { report } = await observe([
    ...RETURN,
    '--',
    '/usr/bin/setpriv',
    ...limited,
    CROWD,
    'fill',
    '19',
  ]);
  const { causes, callers, unexplained } = report.failed_forks;
  expect(unexplained).toEqual({});
  const refused = { comm: 'crowd', user: Number(USER) };
  expect(causes).toMatchObject([
    { cause: 'rlimit_nproc', count: 19, certain: true, process: refused, limit: 10, used: 10 },
  ]);
  expect(callers).toMatchObject([
    { ...refused, count: 19, cause: 'rlimit_nproc', limit: 10, used: 10 },
  ]);
  // The process whose fork failed has ended; the command does the same for one that lives. That one is of our own user: some
  // roots may not touch the limits of others.
  const sleeper = spawn(prlimit[0] ?? '', [...prlimit.slice(1), 'sleep', '60'], {
    stdio: 'ignore',
  });
  const readLimit = () =>
    /^Max processes +\d+ +\d+/m.exec(readFileSync(`/proc/${sleeper.pid}/limits`, 'utf8'))?.[0];
  try {
    await expect.poll(readLimit, { timeout: 10_000 }).toMatch(/ 10 +40$/);
    const { process: caller, remedy } = causes[0] ?? {};
    const command = remedy?.replace(String(caller?.pid), String(sleeper.pid)) ?? 'false';
    execFileSync('bash', ['-c', command]);
    expect(readLimit()).toMatch(/ 20 +40$/);
  } finally {
    sleeper.kill('SIGKILL');
  }
});

test('the process limit holds for who has all capabilities in a user namespace of its own', async () => {
  const limited = ['--reuid', USER, '--clear-groups', '/usr/bin/prlimit', '--nproc=30'];
  const inside = ['/usr/bin/unshare', '--user', '--map-root-user', CROWD, 'fill', '17'];
  const { report } = await observe([...RETURN, '--', '/usr/bin/setpriv', ...limited, ...inside]);
  expect(report.failed_forks).toMatchObject({
    causes: [{ cause: 'rlimit_nproc', count: 17, limit: 30, used: 30 }],
    unexplained: {},
  });
});

test('a pid namespace whose first process has ended is the cause, and the remedy helps', async () => {
  const script = `/bin/true; exec "${CROWD}" fill 5`;
  const { report } = await observe([...RETURN, '--', 'unshare', '--pid', 'sh', '-c', script]);
  expect(report.failed_forks).toMatchObject({
    causes: [{ cause: 'pid_namespace', errno: 'ENOMEM', count: 5, process: { comm: 'crowd' } }],
    unexplained: {},
  });
  const remedy = report.failed_forks.causes[0]?.remedy?.split(' ').slice(0, -1) ?? [];
  const [file = '', ...args] = remedy;
  const forks = 'for i in 1 2 3; do /bin/true || exit 1; done';
  expect((await run(file, [...args, 'sh', '-c', forks])).exitCode).toBe(0);
});

const IN_PID_NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', 'bash', '-c'];
const PID_MAX = '/proc/sys/kernel/pid_max';

/** Since Linux 6.14 each pid namespace has its own. */
const [major = 0, minor = 0] = release().split('.').map(Number);
const hasOwnPidMax = major > 6 || (major === 6 && minor >= 14);

test.runIf(hasOwnPidMax)(
  'a pid namespace has a limit on ids of its own, and the remedy raises it from inside',
  async () => {
    const fill = `echo 330 >${PID_MAX}; "${CROWD}" fill 33`;
    const { report } = await observe([...RETURN, '--', ...IN_PID_NAMESPACE, fill]);
    const [cause, ...others] = report.failed_forks.causes;
    expect(cause).toMatchObject({
      cause: 'pid_namespace_max',
      count: 33,
      limit: 330,
      process: { comm: 'crowd' },
    });
    expect(others).toEqual([]);
    expect(report.failed_forks.unexplained).toEqual({});
    const mended = `echo 330 >${PID_MAX}; ${cause?.remedy}; "${CROWD}" fill 1`;
    const [file = '', ...args] = IN_PID_NAMESPACE;
    // Of the 659 ids crowd has one, in place of the shell.
    expect((await run(file, [...args, mended])).stdout).toBe('658 made, errno 11\n');
  },
);

test('namespaces can be 32 deep', async () => {
  const { report } = await observe([...RETURN, '--', REFUSE, 'deep', '7']);
  // One more: the program asks for deeper ones until that fails.
  expect(report.failed_forks).toMatchObject({
    causes: [{ cause: 'namespace_depth', errno: 'ENOSPC', count: 8, limit: 32, used: 32 }],
    callers: [{ comm: 'refuse', count: 8 }],
  });
});

test('a limit on namespaces of the caller’s own user namespace', async () => {
  const script = `echo 0 >/proc/sys/user/max_pid_namespaces; "${REFUSE}" deep 7`;
  const { report } = await observe([
    ...RETURN,
    '--',
    ...['unshare', '--user', '--map-root-user', 'sh', '-c', script],
  ]);
  expect(report.failed_forks).toMatchObject({
    causes: [{ cause: 'max_namespaces', errno: 'ENOSPC', count: 8 }],
    unexplained: {},
  });
});

test.each([
  ['einval', 'EINVAL'],
  ['e2big', 'E2BIG'],
  ['efault', 'EFAULT'],
  ['ebadf', 'EBADF'],
])('arguments that the kernel does not take are the callers’ own: %s', async (how, errno) => {
  const { report } = await observe([...RETURN, '--', REFUSE, how, '7']);
  expect(report.failed_forks).toMatchObject({
    causes: [{ cause: 'arguments', errno, count: 7, limit: null, remedy: null }],
    callers: [{ comm: 'refuse', errno, count: 7, cause: 'arguments' }],
    unexplained: {},
  });
});

test('what a user may not do has no limit', async () => {
  const { report } = await observe([
    ...RETURN,
    '--',
    ...['/usr/bin/setpriv', '--reuid', USER, '--clear-groups', REFUSE, 'eperm', '7'],
  ]);
  expect(report.failed_forks).toMatchObject({
    causes: [{ cause: 'permission', errno: 'EPERM', count: 7, limit: null }],
    unexplained: {},
  });
});

describe.each(readRealBpftraces())('with bpftrace $version', ({ path }) => {
  test.each([
    ['some calls, and the C library asks in another way', 'filter'],
    ['all calls', 'filtered'],
  ])('a filter that answers %s makes no fork fail', async (_, how) => {
    const { report } = await observe([...RETURN, '--bpftrace', path, '--', REFUSE, how, '50']);
    expect(report.system.errors?.total).toBe(0);
    // Where the function behind the calls is watched, it is never reached and nothing can be seen.
    expect([50, null]).toContain(report.failed_forks.filtered);
  });

  test('a failed fork of a 32-bit program is counted, or the plan says that it is missed', async () => {
    const { report } = await observe([...RETURN, '--bpftrace', path, '--', REFUSE, 'compat', '50']);
    const { quality, reason } = report.plan.events.find(({ event }) => event === 'error') ?? {};
    if (report.system.errors?.by_errno['EINVAL'] === 50) return;
    expect(report.system.errors?.total).toBe(0);
    expect(quality).toBe('approximate');
    expect(reason).toContain('a failed fork of a 32-bit program is missed');
  });
});

/** The commands for limits of the whole machine are tried upwards alone: others live on it too. */
test.each(['threads-max', 'pid_max'])('the command that raises kernel.%s works', (name) => {
  const before = Number(execFileSync('sysctl', ['-n', `kernel.${name}`]));
  const raised = before + 1;
  try {
    execFileSync('sysctl', ['-w', `kernel.${name}=${raised}`]);
    expect(Number(execFileSync('sysctl', ['-n', `kernel.${name}`]))).toBe(raised);
  } finally {
    execFileSync('sysctl', ['-w', `kernel.${name}=${before}`]);
  }
});

function findZombieParent({ diagnosis }: Report, pid: number | undefined) {
  return diagnosis.zombie_parents?.find((parent) => parent.pid === pid);
}

/** End all processes of a cgroup, which may make more meanwhile. */
function killAll(file: string): void {
  for (let pids = readPids(file); pids.length > 0; pids = readPids(file)) {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

function readPids(file: string): number[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number);
}
