import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import type { Report } from '../../src/report/report.ts';
import type { Wanted } from '../../src/scopes/narrow/wanted.ts';
import { compile } from '../../src/session/compile.ts';
import { startSession } from '../../src/session/start.ts';
import { closeWindowAfter, openWindow } from '../../src/session/window.ts';
import { buildSettings } from '../builders.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { CgroupTree } from './cgroup-tree.ts';
import { CLI, NAMED, run, STORM } from './run-cli.ts';

/** Of nobody on any machine. */
const USER = 54_321;

/** Makes 40 processes, 7 threads, 10 execs beside its own and 5 failed forks, and ends. */
const WORKLOAD = [STORM, '40', '7', '10', '5'];

/** What it did, where its own exec and its own end are among it. */
const DONE = {
  ...{ process_created: 40, thread_created: 7, exec: 11, process_exited: 41, thread_exited: 7 },
  ...{ released: null, errors: { total: 5, by_errno: { EINVAL: 5 } } },
};

const tree = new CgroupTree();
afterEach(async () => await tree.removeAll());

/** The report of a window in which something runs, narrowed. */
async function watch(
  wanted: Wanted,
  act: () => Promise<unknown>,
  bpftracePath?: string,
): Promise<Report> {
  const settings = buildSettings('return', {
    ...{ apps: true, cgroups: true },
    ...(bpftracePath === undefined ? {} : { bpftracePath }),
  });
  const { signal } = new AbortController();
  const session = await startSession(
    await compile(settings, 0, [], undefined, false, wanted.user !== undefined),
    { periodMs: 100, configDirectories: [], command: undefined, wanted, onNotice: () => undefined },
    signal,
  );
  try {
    const open = await openWindow(session, signal);
    await act();
    const close = await closeWindowAfter(session, open, session.clock.nowNs(), signal);
    return buildReport({
      ...{ ...session.compiled, open, close, wanted, wants: settings, command: undefined },
      ...{ interrupted: false, notices: [] },
    });
  } finally {
    await session.stop();
  }
}

const runAs = (user: number, program: readonly string[]) =>
  run('/usr/bin/setpriv', ['--reuid', String(user), '--clear-groups', ...program]);

/** What the parts of a narrowed report add up to. */
function sumOf(scopes: Report['apps'], counter: 'process_created' | 'exec'): number {
  return (scopes ?? []).reduce((sum, scope) => sum + (scope[counter] ?? 0), 0);
}

describe.each(readRealBpftraces())('bpftrace $version', ({ path }) => {
  test('--user: what its tasks did, and nobody else', async () => {
    const wanted = { user: { name: 'x', id: USER } };
    const act = () => Promise.all([runAs(USER, WORKLOAD), runAs(USER + 1, WORKLOAD)]);
    const report = await watch(wanted, act, path);
    expect(report.narrowed?.counters).toEqual(DONE);
    expect(report.system.process_created).toBeGreaterThanOrEqual(80);
    expect(report.diagnosis.top_forkers).toMatchObject([{ comm: 'storm', process_created: 40 }]);
    expect(report.failed_forks.callers).toMatchObject([{ comm: 'storm', count: 5 }]);
    expect(sumOf(report.apps, 'exec')).toBe(11);
  });
});

test('--comm: those of that name, and each part adds up to them', async () => {
  const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-narrow-`);
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(`${directory}/names`, 'narrow-one\nnarrow-two\nother-name\n');
  const report = await watch({ comm: 'narrow-*' }, () => run(NAMED, ['20', `${directory}/names`]));
  expect(report.narrowed?.counters).toMatchObject({
    ...{ process_created: 40, thread_created: 0, exec: 0, process_exited: 42 },
  });
  for (const parts of [report.apps, [...(report.cgroups ?? []), ...(report.services ?? [])]])
    expect(sumOf(parts, 'process_created')).toBe(40);
  expect(report.diagnosis.top_forkers?.map(({ comm }) => comm).sort()).toEqual([
    'narrow-one',
    'narrow-two',
  ]);
  const lived = (report.diagnosis.lifetimes ?? []).reduce((sum, one) => sum + one.processes, 0);
  expect(lived).toBe(42);
});

test('--cgroup: what is in it and below, by name', async () => {
  await tree.make('/ebpf-test-narrow/inner');
  await tree.make('/ebpf-test-other');
  const report = await watch({ cgroup: 'ebpf-test-narrow' }, async () => {
    await tree.run('/ebpf-test-narrow/inner', WORKLOAD);
    await tree.run('/ebpf-test-other', WORKLOAD);
  });
  expect(report.narrowed?.counters).toEqual(DONE);
});

test('--pid: a process and what descends from it', async () => {
  const shell = startShell(
    `read x; ${STORM} 30 4 6 2; sh -c '${STORM} 10 0 3 0; :'; echo done; read x`,
  );
  const report = await watch({ pid: shell.pid ?? 0 }, async () => {
    shell.stdin?.write('\n');
    const [said] = shell.stdout === null ? [] : await once(shell.stdout, 'data');
    expect(String(said)).toBe('done\n');
    await run(STORM, ['40', '7', '10', '5']);
  });
  // Both storms, what they made, and the shell between.
  expect(report.narrowed?.counters).toMatchObject({
    ...{ process_created: 43, thread_created: 4, exec: 12, process_exited: 43, thread_exited: 4 },
    errors: { total: 2 },
  });
});

test('on the page: to what it is narrowed, or one sentence where nothing matches', async () => {
  const nothing = await run(CLI, ['-d', '0.5', '--comm', 'nobody-has-this']);
  expect(nothing).toMatchObject({ exitCode: 0, stderr: '' });
  expect(nothing.stdout).toMatch(
    /^Nothing was done by comm nobody-has-this in \d\.\d s;\s[^!]*tasks\n$/,
  );
  const there = await run(CLI, ['--comm', 'storm', '--', STORM, '9', '0', '3', '0']);
  expect(there.stdout).toMatch(/^Narrowed to comm storm: 9 of \d+ /m);
  const gone = await run(CLI, ['--pid', '999999999']);
  expect(gone).toMatchObject({ exitCode: 2, stdout: '' });
  expect(gone.stderr).toMatch(/^error: there is no process 999999999\nhint: /);
});

test('the HTML of a machine with hostile names: they are text, and it has a timeline', async () => {
  const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-html-`);
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [names, file] = [`${directory}/names`, `${directory}/report.html`];
  writeFileSync(names, '<script>a\n"><img src=x\n');
  const { exitCode } = await run(CLI, ['-f', 'html', '-o', file, '--', NAMED, '30', names]);
  expect(exitCode).toBe(0);
  const html = readFileSync(file, 'utf8');
  expect(html).toContain('&lt;script&gt;a');
  expect(html).toContain('&quot;&gt;&lt;img src=x');
  expect(html).not.toMatch(/<script|<img/);
  expect(html).toContain('<svg role="img" aria-label="Processes and threads created over ');
});

function startShell(script: string): ChildProcess {
  const shell = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => {
    shell.kill('SIGKILL');
  });
  return shell;
}
