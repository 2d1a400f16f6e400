import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { findPidsHierarchy } from '../../src/diagnosis/failed-forks/pids-hierarchy.ts';
import { waitUntilGone } from './plugin-process.ts';
import { CLI, CROWD, run } from './run-cli.ts';

/** Start a script of its own name, which is known by it. */
function startScript(name: string, text: string): ChildProcess {
  const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-verdict-`);
  writeFileSync(`${directory}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const child = spawn(`${directory}/${name}`, { stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await waitUntilGone(child.pid ?? 0, 5_000);
    rmSync(directory, { recursive: true });
  });
  return child;
}

/** The default page of a watch of some seconds. */
async function readPage(...options: string[]): Promise<string> {
  const { stdout, exitCode, stderr } = await run(CLI, ['-d', '2', ...options]);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** A finding of a page: its lines without the space before them. */
function findFinding(page: string, title: string, words: string): string[] {
  const all = page.split(/^(?=! )/m).map((text) => text.split('\n').map((line) => line.trim()));
  const found = all.find(([first = '']) => first.startsWith(`! ${title}`) && first.includes(words));
  expect(found, page).toBeDefined();
  return found ?? [];
}

const nextOf = (finding: readonly string[]) =>
  finding.find((line) => line.startsWith('next: '))?.slice('next: '.length) ?? 'false';

const stateOf = (pid: number | undefined) =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /, '')[0];

test('a fork storm: who, how much, its line, whose child, and what stops it', async () => {
  // The pace of a script is the machine's; a shell makes hundreds a second.
  const child = startScript('spawner.sh', 'while :; do (:); done');
  await delay(300);
  const page = await readPage();
  const finding = findFinding(page, 'FORK STORM', `spawner.sh (${child.pid}, root)`);
  expect(finding.join('\n')).toMatch(/^line: \/bin\/sh \/tmp\/.*spawner\.sh$/m);
  expect(finding.join('\n')).toMatch(/^started by: /m);
  expect(finding.join('\n')).toMatch(/lived under 100 ms$/m);
  execFileSync('sh', ['-c', nextOf(finding)]);
  await expect.poll(() => stateOf(child.pid)).toBe('T');
});

test.each([
  ["sh -c 'kill -SEGV $$'", 'ended by SIGSEGV', 'dmesg | tail'],
  ["sh -c 'kill -ABRT $$'", 'ended by SIGABRT', 'dmesg | tail'],
])('a crash loop: %s', async (command, words, next) => {
  startScript('supervise.sh', `ulimit -c 0; while :; do ${command}; sleep 0.05; done 2>/dev/null`);
  const finding = findFinding(await readPage(), 'CRASH LOOP', `sh ${words}`);
  expect(nextOf(finding)).toBe(next);
});

test('a program that fails again and again with the same status', async () => {
  startScript('retry.sh', 'while :; do grep -q x /there/is/none; sleep 0.05; done 2>/dev/null');
  findFinding(await readPage(), 'CRASH LOOP', 'grep ended with exit status 2');
});

test('a parent that leaves zombies', async () => {
  // The command ends and leaves it behind, with nobody's output open.
  const leave = `"${CROWD}" zombies 9 >/dev/null 2>&1 & sleep 1`;
  const { stdout } = await run(CLI, ['--', 'sh', '-c', leave]);
  const finding = findFinding(stdout, 'ZOMBIES', 'crowd (');
  const pid = Number(/crowd \((\d+),/.exec(finding[0] ?? '')?.[1]);
  onTestFinished(() => {
    process.kill(pid, 'SIGKILL');
  });
  expect(finding.join(' ')).toContain('has 9 zombies, 9 of them new');
  const listed = execFileSync('sh', ['-c', nextOf(finding)], { encoding: 'utf8' });
  expect(listed.match(/ Z/g)).toHaveLength(9);
});

describe('a cgroup that is full', () => {
  const hierarchy = findPidsHierarchy();
  const directory = `${hierarchy?.mount}/ebpf-processes-verdict-${process.pid}`;
  beforeEach(() => {
    mkdirSync(directory);
    writeFileSync(`${directory}/pids.max`, '20');
  });
  afterEach(() => rmdirSync(directory));

  test.runIf(hierarchy !== undefined)(
    'the limit, how full, and the command that raises it',
    async () => {
      const fill = `echo $$ >${directory}/cgroup.procs; exec "${CROWD}" fill 23`;
      const { stdout } = await run(CLI, ['--', 'sh', '-c', fill]);
      const finding = findFinding(stdout, 'FORKS FAIL', '');
      expect(finding.join(' ')).toMatch(/23 .*EAGAIN.*20 of 20/);
      execFileSync('sh', ['-c', nextOf(finding)]);
      expect(Number(readFileSync(`${directory}/pids.max`, 'utf8'))).toBeGreaterThan(20);
    },
  );
});

test('the page of all that fits on a screen of 24 lines and 80 columns', async () => {
  startScript('spawner.sh', 'while :; do (:); done');
  await delay(300);
  const lines = (await readPage()).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(lines[0]).toMatch(/^The whole machine, 2\.\d s: /);
  expect(lines[1]).toMatch(/^! /);
});
