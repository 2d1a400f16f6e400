import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { CgroupTree, locate } from './cgroup-tree.ts';
import { waitUntilGone } from './plugin-process.ts';
import { CLI, collect, ESCAPE, observe, withoutBalance } from './run-cli.ts';

const OUTSIDE = '/ebpf-test-outside';

const tree = new CgroupTree();
beforeAll(() => tree.make(OUTSIDE));
afterAll(() => tree.removeAll());

type Command = NonNullable<Report['command']>;

describe.each(readRealBpftraces())('bpftrace $version', ({ path }) => {
  const watch = async (...words: string[]): Promise<{ command: Command; report: Report }> => {
    const { report } = await observe(['--bpftrace', path, ...words]);
    if (report.command === undefined) throw new Error('the report has no command');
    return { command: report.command, report };
  };

  test.each<[string, string[], number]>([
    ['children that are made in another cgroup', ['into', locate(OUTSIDE), '50'], 100],
    ['a daemon that left', ['daemon', locate(OUTSIDE), '50'], 102],
    ['processes in cgroups with long paths that are gone', ['deep', locate(OUTSIDE), '50'], 100],
  ])('counts %s as the command’s', async (_, words, made) => {
    const { command, report } = await watch('--', ESCAPE, ...words);
    expect(command).toMatchObject({
      told_apart_by: 'cgroup and descent',
      counters: { process_created: made + 1, exec: 1, process_exited: made + 1 },
      escaped: { at_most: 0, reasons: [] },
    });
    expect(withoutBalance(report.notes)).toEqual([]);
  });

  test('counts what leaves by its own doing, with what it executes', async () => {
    const loop = 'i=0; while [ $i -lt 23 ]; do /bin/true; i=$((i+1)); done';
    const leave = `${loop}; sh -c 'echo $$ >"$0/cgroup.procs"; ${loop}' "${locate(OUTSIDE)}"`;
    const { command } = await watch('--', 'sh', '-c', leave);
    // Two shells, and 46 that they start.
    expect(command.counters).toMatchObject({ process_created: 48, exec: 48, process_exited: 48 });
  });

  test('has the whole total where the table was full, and says what has no name', async () => {
    const words = ['--pid-table-size', '64', '--', ESCAPE, 'chain', '3000'];
    const { command, report } = await watch(...words);
    expect(command.counters).toMatchObject({ process_created: 3001, process_exited: 3001 });
    const named = command.comms?.reduce((sum, comm) => sum + (comm.process_created ?? 0), 0) ?? 0;
    expect(command.dropped?.process_created).toBeGreaterThan(0);
    expect(named + (command.dropped?.process_created ?? 0)).toBe(3001);
    expect(report.notes).toContainEqual(expect.stringContaining('stands under no name'));
  });

  test('says how much may have escaped where there was no room for marks', async () => {
    const words = ['--pid-table-size', '64', '--', ESCAPE, 'crowd', locate(OUTSIDE), '200'];
    const { command } = await watch(...words);
    const counted = command.counters?.process_created ?? 0;
    expect(counted).toBeLessThanOrEqual(401);
    expect(command.escaped?.reasons).toEqual([expect.stringMatching(/no room to mark \d+ of/)]);
    expect(401 - counted).toBeLessThanOrEqual(command.escaped?.at_most ?? 0);
  });

  test('tells it apart by descent where no cgroup can be made', async () => {
    const home = '/ebpf-test-no-more';
    await tree.make(home);
    writeFileSync(locate(`${home}/cgroup.max.descendants`), '0');
    const words = ['--once', '--format', 'json', '--bpftrace', path, '--', ESCAPE];
    const ended = await tree.run(home, [CLI, ...words, 'into', locate(OUTSIDE), '23']);
    await tree.remove(home);
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.command).toMatchObject({
      told_apart_by: 'descent',
      counters: { process_created: 47, exec: 1, process_exited: 47, released: 47 },
      escaped: { at_most: 0 },
    });
    expect(report.notes).toEqual([expect.stringMatching(/no cgroup of its own: cgroup\.max\./)]);
  });
});

test('it runs below the cgroup that we are in, and nothing of it stays, whatever it made inside', async () => {
  const home = '/ebpf-test-home';
  await tree.make(home);
  const inside = `own=$(sed -n 's/^0:://p' /proc/self/cgroup); echo "$own" >&2
    mkdir -p "${locate('')}$own/a/b/c" "${locate('')}$own/d"
    sleep 30 >/dev/null 2>&1 & echo $! >"${locate('')}$own/a/b/cgroup.procs"`;
  const ended = await tree.run(home, [CLI, '--once', '--', 'sh', '-c', inside]);
  expect(ended.stderr).toMatch(/^\/ebpf-test-home\/ebpf-processes-\d+-[0-9a-f]+\n$/);
  expect(childrenOf(home)).toEqual([]);
  await tree.remove(home);
});

test('no cgroup stays where we are killed', async () => {
  const home = '/ebpf-test-killed';
  await tree.make(home);
  const words = [CLI, '--once', '--', 'sh', '-c', 'echo up >&2; sleep 0.5'];
  const running = tree.start(home, words);
  await sees(running, 'up');
  expect(childrenOf(home)).toHaveLength(1);
  running.kill('SIGKILL');
  await waitUntilGone(running.pid ?? 0, 5_000);
  await until(() => childrenOf(home).length === 0);
  await tree.remove(home);
});

test('a process that the command leaves running is left alone', async () => {
  const { report, ended } = await observe([
    '--',
    ...['sh', '-c', 'sleep 30 >/dev/null 2>&1 & echo $! >&2'],
  ]);
  expect(report.command?.counters).toMatchObject({ process_created: 2, process_exited: 1 });
  expect(() => process.kill(Number(ended.stderr), 'SIGTERM')).not.toThrow();
});

test('nested in itself, all of the inner one is the outer one’s', async () => {
  const loop = 'i=0; while [ $i -lt 101 ]; do /bin/true; i=$((i+1)); done';
  const inner = [CLI, '--once', '--format', 'json', '--', 'sh', '-c', loop];
  const { report, ended } = await observe(['--', ...inner]);
  // The inner report is on the outer one's standard error.
  const within = JSON.parse(ended.stderr) as Report;
  expect(within.command?.counters).toMatchObject({ process_created: 102, exec: 102 });
  const ofTrue = report.command?.comms?.find(({ name }) => name === 'true');
  expect(ofTrue?.process_exited).toBeGreaterThanOrEqual(101);
});

describe('the user of a command', () => {
  const who = ['--', 'sh', '-c', 'id -u; id -g; id -G; echo $HOME $USER $LOGNAME $SUDO_UID.'];
  const CALLER = { SUDO_UID: '54321', SUDO_GID: '54322', SUDO_USER: 'gone' };

  test('is who called sudo, and counts are of the command alone', async () => {
    const { report, ended } = await observe(who, CALLER);
    expect(ended.stderr).toBe('54321\n54322\n54322\n/ 54321 54321 .\n');
    expect(report.command).toMatchObject({
      user: '54321',
      // sh, and id three times.
      counters: { process_created: 4, exec: 4, process_exited: 4 },
    });
  });

  test('is root with --as-root', async () => {
    const { report, ended } = await observe(['--as-root', ...who], CALLER);
    expect(ended.stderr).toMatch(/^0\n0\n/);
    expect(report.command?.user).toBeNull();
  });

  test('must be allowed to execute it', async () => {
    const directory = mkdtempSync('/tmp/ebpf-processes-test-');
    const file = `${directory}/mine`;
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o700 });
    const ended = await collect(
      spawn(CLI, ['--once', '--', file], { env: { ...process.env, ...CALLER } }),
    );
    rmSync(directory, { recursive: true });
    expect(ended).toMatchObject({
      exitCode: 126,
      stderr: expect.stringContaining(`error: cannot start ${file} as 54321: EACCES\n`),
    });
  });
});

describe('signals of a command', () => {
  const start = (script: string) =>
    spawn(CLI, ['--once', '--format', 'json', '--', 'sh', '-c', script], { detached: true });

  test('what killed it is said, and is the exit code', async () => {
    const ended = await collect(start('kill -9 $$'));
    expect(ended.exitCode).toBe(137);
    expect(ended.stderr).toBe('ebpf-processes: sh was killed by signal 9 (KILL)\n');
    expect(commandOf(ended.stdout)).toMatchObject({
      exit_code: 137,
      signal: { number: 9, name: 'KILL' },
    });
  });

  test('SIGTERM is handed on, and it has the time that it takes', async () => {
    const running = start('trap "sleep 6; exit 3" TERM; echo up >&2; while :; do sleep 0.05; done');
    const ended = collect(running);
    await sees(running, 'up');
    running.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 3 });
  });

  test('a second Ctrl-C ends the wait, and the report says that it still runs', async () => {
    const running = start('trap "" INT; echo $$ >&2; sleep 20');
    const ended = collect(running);
    const pid = Number(await sees(running, '\n'));
    running.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    running.kill('SIGINT');
    // Its standard output is the report's: it comes while the command holds standard error.
    await once(running, 'exit');
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    process.kill(-(running.pid ?? 0), 'SIGKILL');
    const { exitCode, stdout } = await ended;
    expect(exitCode).toBe(130);
    expect(commandOf(stdout)).toMatchObject({ exit_code: 130, running: true, signal: null });
  });

  test('it gets one SIGINT of Ctrl-C on a terminal', async () => {
    const script = 'trap "n=x\\$n" INT; echo up; sleep 1; sleep 0.5; echo got $n; exit 4';
    // A shell that waits for it would end by the same SIGINT.
    const line = `exec ${CLI} --once -- sh -c '${script}'`;
    const running = spawn('script', ['-qec', line, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = collect(running);
    await sees(running, 'up', 'stdout');
    running.stdin?.write('\u0003');
    const { stdout, exitCode } = await ended;
    expect(stdout).toMatch(/got x\r\n/);
    expect(exitCode, stdout).toBe(4);
  });
});

function commandOf(stdout: string): Command | undefined {
  return (JSON.parse(stdout) as Report).command;
}

/** Wait until a child prints a text. @returns All that it printed by then. */
function sees(child: ChildProcess, text: string, stream: 'stdout' | 'stderr' = 'stderr') {
  return new Promise<string>((resolve) => {
    let printed = '';
    child[stream]?.on('data', (chunk) => {
      printed += chunk;
      if (printed.includes(text)) resolve(printed);
    });
  });
}

function childrenOf(cgroup: string): string[] {
  return readdirSync(locate(cgroup), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error('it did not come about within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
