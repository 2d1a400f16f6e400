import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { CLI, CROWD, run } from './run-cli.ts';
import {
  findFinding,
  hasFinding,
  makeCgroup,
  type Page,
  PIDS,
  readPage,
  removeCgroups,
  runNext,
  start,
  startScript,
  stateOf,
} from './sick-machine.ts';

/** Of nobody on any machine. */
const USER = '54321';
const OTHER_USER = '54322';

/** The kernel may run others' work first: a process that is started has done something by then. */
const SOON_MS = 300;

afterAll(removeCgroups, 60_000);

/** It fits on the screen, and begins with the machine and then with what is wrong. */
function expectScreen({ text, lines }: Page): void {
  expect(lines.length, text).toBeLessThan(24);
  const folded = lines.filter((line) => !line.trim().startsWith('next: '));
  for (const line of folded) expect([...line].length, line).toBeLessThanOrEqual(80);
  expect(lines[0]).toMatch(/^Whole machine, 2\.\d s: /);
}

test('a fork storm: who, how much, its line, whose child, and what stops it', async () => {
  // The pace of a script is the machine's; a shell makes hundreds a second.
  const { pid } = startScript('spawner.sh', 'while :; do (:); done');
  await delay(SOON_MS);
  const page = await readPage();
  expectScreen(page);
  expect(page.lines[1]).toMatch(/^! /);
  const finding = findFinding(page, 'FORK STORM', `spawner.sh (${pid}, root)`);
  expect(finding.join('\n')).toMatch(/^line: \/bin\/sh \/tmp\/.*spawner\.sh$/m);
  expect(finding.join('\n')).toMatch(/^started by: /m);
  runNext(finding);
  await expect.poll(() => stateOf(pid)).toBe('T');
});

test('a thread storm', async () => {
  const { pid } = start(CROWD, ['threads', '2000']);
  const finding = findFinding(await readPage(), 'THREAD STORM', `crowd (${pid}, root)`);
  expect(finding.join('\n')).toMatch(/^line: .*crowd threads 2000$/m);
  runNext(finding);
  await expect.poll(() => stateOf(pid)).toBe('T');
});

test.each([
  ["sh -c 'kill -SEGV $$'", 'sh ended by SIGSEGV'],
  ["sh -c 'kill -ABRT $$'", 'sh ended by SIGABRT'],
  ["sh -c 'exit 3'", 'sh ended with exit status 3'],
])('a crash loop of %s: who starts it again, and what stops that', async (command, words) => {
  const loop = `ulimit -c 0; while :; do ${command}; sleep 0.05; done 2>/dev/null`;
  const { pid } = startScript('supervise.sh', loop);
  const finding = findFinding(await readPage(), 'CRASH LOOP', words);
  expect(finding.join('\n')).toContain(`parent: supervise.sh (${pid}, root)\n`);
  runNext(finding);
  await expect.poll(() => stateOf(pid)).toBe('T');
});

test('a parent that leaves zombies: since when, and what makes them go', async () => {
  // The command ends, and leaves it behind.
  const leave = `"${CROWD}" zombies 9 >/dev/null 2>&1 & sleep 2`;
  const { stdout } = await run(CLI, ['-v', '--', 'sh', '-c', leave]);
  const page = { text: stdout, lines: [], pid: 0 };
  const finding = findFinding(page, 'ZOMBIES', 'has 9 zombies, 9 of them new');
  const pid = Number(/crowd \((\d+), root\)/.exec(finding[0] ?? '')?.[1]);
  expect(finding.join('\n')).toMatch(/the oldest was started \d s ago/);
  expect(stateOf(pid)).toBe('S');
  runNext(finding);
  // Some machines' first process takes its time to reap.
  await expect.poll(() => stateOf(pid), { timeout: 30_000 }).toBe('');
});

test.runIf(PIDS !== undefined)(
  'a cgroup that is full: the limit, how full, who, and the command that raises it',
  async () => {
    const { enter } = makeCgroup(20);
    // Others may fork beside it, so that one more child of its own is missing than there is room for.
    const crowd = start('sh', ['-c', `${enter}; exec "${CROWD}" retry 19`]);
    await delay(SOON_MS);
    const page = await readPage();
    expectScreen(page);
    const finding = findFinding(page, 'FORKS FAIL', /EAGAIN at 20 of 20: pids\.max of .*sick/);
    expect(finding.join('\n')).toContain(`whose: crowd (${crowd.pid}, root)`);
    expect(crowd.printed).toBe('');
    runNext(finding);
    await expect.poll(() => crowd.printed).toBe('a fork succeeds again\n');
  },
);

test('the process limit of another user: whose it is, and the command that raises it', async () => {
  const limited = ['--reuid', USER, '--clear-groups', 'prlimit', '--nproc=10:40'];
  const crowd = start('setpriv', [...limited, CROWD, 'retry', '9']);
  await delay(SOON_MS);
  const page = await readPage();
  expectScreen(page);
  const finding = findFinding(page, 'FORKS FAIL', /EAGAIN at 10 of 10: RLIMIT_NPROC of crowd/);
  expect(finding.join('\n')).toContain(`whose: crowd (${crowd.pid}, ${USER})`);
  expect(crowd.printed).toBe('');
  // Some roots may not touch the limits of others: the user may, up to the hard limit.
  runNext(finding, USER);
  await expect.poll(() => crowd.printed).toBe('a fork succeeds again\n');
});

test.runIf(PIDS !== undefined)('limits that will soon be reached, and who fills them', async () => {
  const { directory, enter } = makeCgroup(20);
  const crowded = (children: number) =>
    `i=0; while [ $i -lt ${children} ]; do sleep 60 & i=$((i+1)); done; wait`;
  start('sh', ['-c', `${enter}; ${crowded(16)}`]);
  const limited = ['--reuid', OTHER_USER, '--clear-groups', 'prlimit', '--nproc=12:40'];
  const user = start('setpriv', [...limited, 'sh', '-c', crowded(9)]);
  await delay(SOON_MS);
  const page = await readPage();
  expectScreen(page);
  const full = findFinding(page, 'LIMIT NEAR', /17 of 20 \(85 %\) tasks: pids\.max of .*sick/);
  expect(full.join('\n')).toMatch(/^most by: sleep \(\d+, root\), 16 tasks in 16 processes$/m);
  runNext(full);
  expect(readFileSync(`${directory}/pids.max`, 'utf8')).toBe('40\n');
  const near = findFinding(
    page,
    'LIMIT NEAR',
    `10 of 12 (83 %) tasks: RLIMIT_NPROC of ${OTHER_USER}`,
  );
  const pid = Number(/prlimit --pid (\d+)/.exec(near.join())?.[1]);
  runNext(near, OTHER_USER);
  expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max processes +24 +40 /m);
  expect(pid).toBeGreaterThanOrEqual(user.pid);
});

test('make -j2 of real programs is no storm, and no crash loop', async () => {
  const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-make-`);
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const names = Array.from({ length: 60 }, (_, i) => `part${i}`);
  for (const name of names) {
    const text = `#include <stdio.h>\n#include <stdlib.h>\nint ${name}(void) { return printf("${name}"); }\n`;
    writeFileSync(`${directory}/${name}.c`, text);
  }
  mkdirSync(`${directory}/out`);
  const objects = names.map((name) => `out/${name}.o`).join(' ');
  writeFileSync(
    `${directory}/Makefile`,
    `all: ${objects}\n\tar rcs out/all.a ${objects}\nout/%.o: %.c\n\t@test -d out && grep -q nothing $< || gcc -O1 -c -o $@ $<\n`,
  );
  start('make', ['-C', directory, '-j2']);
  const page = await readPage();
  expect(page.text).toMatch(/ (cc1|as|gcc|make|sh) /);
  for (const title of ['FORK STORM', 'CRASH LOOP']) {
    expect(hasFinding(page, title, /! \S+ \S+ (make|gcc|cc1|as|sh|grep)\b/), page.text).toBe(false);
  }
});

test('of a watch in which nothing happens nothing of ours is told', async () => {
  const page = await readPage();
  expectScreen(page);
  expect(page.text).not.toMatch(new RegExp(`^! .*\\(${page.pid},`, 'm'));
  expect(page.text).not.toMatch(/^! .*bpftrace \(/m);
  expect(page.lines.at(-1)).toMatch(/^Linux .*\(-v: plan, audit, notes, tables\)$/);
});

test.runIf(PIDS !== undefined)('all at once fits on one screen, the worst first', async () => {
  const { enter } = makeCgroup(20);
  startScript('spawner.sh', 'while :; do (:); done');
  startScript('supervise.sh', "ulimit -c 0; while :; do sh -c 'kill -SEGV $$'; sleep 0.05; done");
  start('sh', ['-c', `${enter}; exec "${CROWD}" retry 19`]);
  start(CROWD, ['threads', '2000']);
  start(CROWD, ['zombies', '120']);
  await delay(SOON_MS);
  const page = await readPage();
  expectScreen(page);
  const titles = page.lines.flatMap((line) => /^! ([A-Z]+ ?[A-Z]*)/.exec(line)?.[1]?.trim() ?? []);
  expect([...new Set(titles)]).toEqual([
    'FORKS FAIL',
    'FORK STORM',
    'THREAD STORM',
    'CRASH LOOP',
    'ZOMBIES',
  ]);
  for (const title of titles) findFinding(page, title, 'next: ');
});
