import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { makeTemporaryDirectory } from '../scopes/cgroups/temporary-tree.ts';
import { type RealBpftrace, readRealBpftraces } from './bpftraces.ts';
import { AS_USER, withSudoers } from './own-sudoers.ts';
import { CLI, type Ended, run } from './run-cli.ts';

const BPFTRACE = '/usr/bin/bpftrace';
const RULE = `netdata ALL=(root) NOPASSWD: ${BPFTRACE}`;
const ALL = 'netdata ALL=(root) NOPASSWD: ALL';
const PLAN = [CLI, 'plan'];
const ONCE = [CLI, '--once', '--duration', '0.3'];

/** The bounding set of Debian 12's netdata.service. */
const DEBIAN_12 = '-all,+dac_read_search,+sys_ptrace,+setgid,+setuid,+net_raw,+audit_write';

describe('as root, the capability that is missing is named, and with it bpftrace runs', () => {
  test.each([
    [DEBIAN_12, 'CAP_BPF and CAP_PERFMON', `${DEBIAN_12},+bpf,+perfmon`],
    ['-all,+bpf', 'CAP_PERFMON', '-all,+bpf,+perfmon'],
    ['-all,+perfmon', 'CAP_BPF', '-all,+sys_admin'],
  ])('with the bounding set %s', async (set, missing, mended) => {
    const ended = await run('/usr/bin/setpriv', ['--bounding-set', set, ...ONCE]);
    expect(ended.stderr).toMatch(
      `error: bpftrace needs ${missing}, which this root cannot have: the bounding set lacks it (CapBnd of /proc/self/status)\n`,
    );
    expect(ended.exitCode).toBe(1);
    const after = await run('/usr/bin/setpriv', ['--bounding-set', mended, ...ONCE]);
    expect(after.stderr).toBe('');
    expect(after.stdout).toContain('Whole machine, ');
  });
});

test('root of a user namespace is told that it is one', async () => {
  const ended = await run('/usr/bin/unshare', ['--user', '--map-root-user', ...PLAN]);
  expect(ended.stderr).toMatch(
    /^error: bpftrace needs root of the whole machine, and this root is one of a user namespace \(\/proc\/self\/ns\/user\)\nhint: run this as root outside /,
  );
});

test('root with no_new_privs keeps what it has, and counts', async () => {
  const ended = await run('/usr/bin/setpriv', ['--no-new-privs', ...ONCE]);
  expect(ended.stdout).toContain('Whole machine, ');
});

describe('a user is told what sudo cannot do', () => {
  const user = (...options: string[]) => [...AS_USER, ...options, ...PLAN];
  test.each<[string, string, string[], RegExp]>([
    ['without a rule', '', user(), /sudo does not make it root unasked: a password is required\n/],
    [
      'with a rule that wants a password',
      `Defaults listpw=never\nnetdata ALL=(root) ${BPFTRACE}`,
      user(),
      /sudo does not make it root unasked: a password is required\n/,
    ],
    [
      'with a rule that wants a terminal',
      `Defaults requiretty\n${RULE}`,
      ['/usr/bin/setsid', ...user()],
      /sudo does not make it root unasked: sorry, you must have a tty to run sudo\nhint: run this with sudo, from a terminal/,
    ],
    [
      'with a rule for something else',
      'Defaults !authenticate\nnetdata ALL=(root) /bin/ls',
      user(),
      /not allowed to execute '\/usr\/bin\/bpftrace --version' as root .*\nhint: run this as root; /,
    ],
    ['with no_new_privs', ALL, user('--no-new-privs'), /and no_new_privs \(NoNewPrivs of /],
    [
      "below Debian 12's netdata.service",
      ALL,
      user('--bounding-set', DEBIAN_12),
      /needs CAP_BPF and CAP_PERFMON, which neither sudo nor a setuid program below this process can have/,
    ],
    [
      'without CAP_SETUID',
      ALL,
      user('--bounding-set', '-setuid,-setgid'),
      /sudo cannot become root without CAP_SETUID and CAP_SETGID, which the bounding set lacks/,
    ],
  ])('%s', async (_, rules, words, says) => {
    const ended = await withSudoers(rules, words);
    expect(ended.stderr).toMatch(/^error: [^\n]*\nhint: [^\n]*\n$/);
    expect(ended.stderr).toMatch(says);
    expect(ended.exitCode).toBe(1);
  });
});

describe.each(readRealBpftraces())('the tables of bpftrace $version behind sudo', (bpftrace) => {
  const isOld = bpftrace.suite === 'bullseye' || bpftrace.suite === 'bookworm';

  test('have the size that was asked for where sudo lets it be said', async () => {
    const { tables, note } = await watchTables(bpftrace, 'ALL');
    expect(tables).toBe(65_536);
    expect(note).toBe(false);
  });

  test('else have it from the program, or the plan says what they have', async () => {
    const { tables, note } = await watchTables(bpftrace, 'the file alone');
    expect({ tables, note }).toEqual(
      isOld ? { tables: 4_096, note: true } : { tables: 65_536, note: false },
    );
  });
});

/** Run the diagnostic behind sudo, and read from the kernel how many keys the tables of its bpftrace hold. */
async function watchTables(bpftrace: RealBpftrace, rule: 'ALL' | 'the file alone') {
  const directory = makeTemporaryDirectory();
  chmodSync(directory, 0o755);
  // The launchers of other suites answer to nobody but root.
  const launcher = `${directory}/bpftrace`;
  writeFileSync(
    launcher,
    `#!/bin/sh\n[ "$1" != --version ] || { echo "bpftrace v${bpftrace.version}"; exit 0; }\nexec ${bpftrace.path} "$@"\n`,
    { mode: 0o755 },
  );
  const rules = `netdata ALL=(root) NOPASSWD: ${rule === 'ALL' ? 'ALL' : launcher}`;
  const period =
    `--pid-table-size=65536 --apps --duration=3 --format=json --bpftrace=${launcher}`.split(' ');
  const running = withSudoers(rules, [...AS_USER, CLI, '--once', ...period]);
  const tables = await findTableSize(launcher, running);
  const { stdout, stderr } = await running;
  expect(stderr).toBe('');
  return { tables, note: stdout.includes('not the 65536 of pid table size') };
}

/** The most common size of the tables above 1,000 keys of the bpftrace that sudo has started from this file. */
async function findTableSize(launcher: string, running: Promise<Ended>): Promise<number> {
  let isOver = false;
  running.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const sizes = findDescendants(launcher).flatMap(readTableSizes);
    if (sizes.length >= 4) return Math.max(...sizes.filter((size) => size <= 65_536));
    await delay(50);
  }
  throw new Error(`it ended, and no table of it was seen: ${(await running).stderr}`);
}

/** The processes below the sudo that runs this file. */
function findDescendants(launcher: string): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,comm=,args='], {
    encoding: 'latin1',
    maxBuffer: 1 << 24,
  })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []);
  const found = rows
    .filter(([, , , comm, args = '']) => comm === 'sudo' && args.includes(launcher))
    .map(([, pid]) => Number(pid));
  for (const pid of found) {
    for (const [, child, parent] of rows) if (Number(parent) === pid) found.push(Number(child));
  }
  return found;
}

function readTableSizes(pid: number): number[] {
  const directory = `/proc/${pid}/fdinfo`;
  if (!existsSync(directory)) return [];
  const text = execFileSync('sh', ['-c', `cat ${directory}/* 2>/dev/null || true`], {
    encoding: 'latin1',
  });
  return [...text.matchAll(/^max_entries:\s*(\d+)$/gm)]
    .map(([, size]) => Number(size))
    .filter((size) => size > 1_000);
}

describe('doctor calls what makes somebody root an error', () => {
  const doctor = async (rules: string, ...words: string[]) => {
    const ended = await withSudoers(rules, [...words, CLI, 'doctor', '--format', 'json']);
    return findCheck(ended.stdout, 'sudo rule');
  };

  test.each([
    ['a rule for the agent', RULE],
    ['one with arguments', `netdata ALL=(root) NOPASSWD:SETENV: ${BPFTRACE} -f json *`],
    ['one with a pattern', 'netdata ALL=(root) NOPASSWD: /usr/bin/bpf*'],
    ['one for a directory', 'netdata ALL=(root) NOPASSWD: /usr/bin/'],
    ['one for everything', ALL],
  ])('%s', async (_, rules) => {
    expect(await doctor(rules)).toEqual([
      'error',
      expect.stringMatching(
        /^user netdata may run bpftrace as root, which makes user netdata root/,
      ),
    ]);
  });

  test.each([
    ['no rule', ''],
    ['a rule that forbids it', `netdata ALL=(root) NOPASSWD: /bin/ls, !${BPFTRACE}`],
  ])('not %s', async (_, rules) => {
    expect((await doctor(rules))?.[0]).toBe('ok');
  });

  test("the asker's own rule, but not an administrator's", async () => {
    expect(await doctor(RULE, ...AS_USER)).toEqual([
      'error',
      expect.stringMatching(/^you may run bpftrace as root, which makes you root/),
    ]);
    expect((await doctor(ALL, ...AS_USER))?.[0]).toBe('ok');
  });

  test.each([
    ['setuid', (file: string) => chmodSync(file, 0o4755), /^setuid root/, 'chmod u-s'],
    [
      'file capabilities',
      (file: string) => execFileSync('setcap', ['cap_bpf,cap_perfmon+ep', file]),
      /^has capabilities \(cap_\S+=ep\)/,
      'setcap -r',
    ],
    [
      'a file that others can write',
      (file: string) => chmodSync(file, 0o777),
      /^whoever can/,
      'chown',
    ],
  ])('%s, and the remedy mends it', async (_, spoil, finding, remedyBegin) => {
    const file = `${makeTemporaryDirectory()}/bpftrace`;
    copyFileSync(BPFTRACE, file);
    chmodSync(file, 0o755);
    const judge = async () => {
      const ended = await run(CLI, ['doctor', '--format', 'json', '--bpftrace', file]);
      return findCheck(ended.stdout, 'file of bpftrace', true);
    };
    spoil(file);
    const [state, says, remedy] = (await judge()) ?? [];
    expect([state, says]).toEqual(['error', expect.stringMatching(finding)]);
    expect(remedy).toMatch(remedyBegin);
    execFileSync('sh', ['-c', remedy?.replace(/, or take.*/, '') ?? 'false']);
    expect((await judge())?.[0]).toBe('ok');
    expect(readFileSync(file).length).toBeGreaterThan(0);
  });
});

/** State, finding and, where asked for, remedy. */
function findCheck(text: string, name: string, withRemedy = false): string[] | undefined {
  const { checks } = JSON.parse(text) as { checks: Record<string, string>[] };
  const found = checks.find((check) => check['name'] === name);
  if (found === undefined) return undefined;
  const { state = '', finding = '', remedy = '' } = found;
  return withRemedy ? [state, finding, remedy] : [state, finding];
}
