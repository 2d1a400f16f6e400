import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPidsHierarchy } from '../../src/diagnosis/failed-forks/pids-hierarchy.ts';
import type { Report } from '../../src/report/report.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { waitUntilGone } from './plugin-process.ts';
import { CROWD, observe, run, STORM } from './run-cli.ts';

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
      expect(report.failed_forks.unexplained).toEqual({});
      execFileSync('bash', ['-c', cause?.remedy ?? 'false']);
      const again = await run('sh', ['-c', inside(`exec "${CROWD}" fill 1`)]);
      expect(again.stdout).toBe('39 made, errno 11\n');
    },
  );

  test.runIf(hierarchy !== undefined)(
    'is named also where failed forks are not counted, and not for forks that met it before',
    async () => {
      await run('sh', ['-c', inside(`exec "${CROWD}" fill 5`)]);
      const fill = inside(`exec "${CROWD}" fill 23`);
      const { report } = await observe(['--', 'sh', '-c', fill]);
      expect(report.system.errors).toBeNull();
      expect(report.failed_forks).toMatchObject({
        causes: [{ count: 23, cgroup: directory, limit: 20 }],
        unexplained: null,
      });
    },
  );
});

test('the process limit of a user is a candidate, and the remedy raises it', async () => {
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
  const { causes, unexplained } = report.failed_forks;
  expect(unexplained).toEqual({ EAGAIN: 19 });
  expect(causes).toMatchObject([
    {
      cause: 'rlimit_nproc',
      count: null,
      process: { comm: 'crowd', user: Number(USER) },
      limit: 10,
      used: 10,
    },
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

test('a pid namespace whose first process has ended is a candidate, and the remedy helps', async () => {
  const script = `/bin/true; exec "${CROWD}" fill 5`;
  const { report } = await observe([...RETURN, '--', 'unshare', '--pid', 'sh', '-c', script]);
  expect(report.failed_forks).toMatchObject({
    causes: [{ cause: 'pid_namespace', errno: 'ENOMEM', count: null, process: { comm: 'crowd' } }],
    unexplained: { ENOMEM: 5 },
  });
  const remedy = report.failed_forks.causes[0]?.remedy?.split(' ').slice(0, -1) ?? [];
  const [file = '', ...args] = remedy;
  const forks = 'for i in 1 2 3; do /bin/true || exit 1; done';
  expect((await run(file, [...args, 'sh', '-c', forks])).exitCode).toBe(0);
});

test('arguments that the kernel does not take are the callers’ own', async () => {
  const { report } = await observe([...RETURN, '--', STORM, '10', '0', '0', '7']);
  expect(report.failed_forks.causes).toMatchObject([
    { cause: 'arguments', count: 7, remedy: null },
  ]);
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
