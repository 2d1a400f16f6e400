import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addProgram, ask, asUser, finish, GROUP, openLab, refusal, start } from './lab.ts';

const lab = openLab();
afterAll(() => lab.remove());

/** What bpftrace would find, seen by a shell in its place. */
const LOOK = addProgram(
  lab,
  `echo "env $(tr '\\0' ' ' < /proc/$$/environ)"
grep -E '^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|SigBlk|SigIgn|Umask):' /proc/$$/status | tr '\\t' ' '
echo "cwd $(readlink /proc/$$/cwd) stdin $(readlink /proc/$$/fd/0)"
echo "session $(cut -d' ' -f6 /proc/$$/stat) of $$"
grep 'core file' /proc/$$/limits | tr -s ' '
`,
);

/** CAP_BPF and CAP_PERFMON. */
const CAPS = '000000c000000000';

const WORDS: readonly [string, () => string[]][] = [
  ['root', () => [lab.launcher]],
  ['a user, setuid', () => [...asUser(GROUP), lab.setuid]],
];

test.each(WORDS)('bpftrace has nothing of %s but two capabilities', async (_, words) => {
  const { output } = await ask(words(), LOOK, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: '/tmp:/usr/bin',
      LD_PRELOAD: '/tmp/evil.so',
      LD_LIBRARY_PATH: '/tmp',
      TMPDIR: '/tmp',
      BPFTRACE_KERNEL_SOURCE: '/tmp/kheaders',
      BPFTRACE_VMLINUX: '/tmp/vmlinux',
      ENV: '/tmp/evil.sh',
      GCONV_PATH: '/tmp',
      MALLOC_TRACE: '/tmp/trace',
    },
    cwd: '/tmp',
  });
  const lines = output.split('\n').filter((line) => line !== '');
  expect(lines[0]).toBe(
    'env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/ TMPDIR=/run BPFTRACE_PERF_RB_PAGES=64 __BPFTRACE_NOTIFY_PROBES_ATTACHED=1 BPFTRACE_MAP_KEYS_MAX=4096 BPFTRACE_MAX_MAP_KEYS=4096 ',
  );
  expect(lines.slice(1, -4)).toEqual([
    'Umask: 0077',
    'Uid: 0 0 0 0',
    'Gid: 0 0 0 0',
    expect.stringMatching(words().length === 1 ? /^Groups:/ : /^Groups: *$/),
    expect.stringMatching(/^SigBlk: 0+$/),
    expect.stringMatching(/^SigIgn: 0+$/),
    'CapInh: 0000000000000000',
    `CapPrm: ${CAPS}`,
    `CapEff: ${CAPS}`,
    `CapBnd: ${CAPS}`,
    'CapAmb: 0000000000000000',
    'NoNewPrivs: 1',
  ]);
  expect(lines.at(-4)).toBe('cwd / stdin /dev/null');
  expect(lines.at(-3)).toMatch(/^session (\d+) of \1$/);
  expect(lines.at(-2)).toMatch(/^Max core file size 0 0 bytes/);
});

test('a descriptor that the client leaves open is not open in bpftrace', async () => {
  const secret = openSync('/etc/passwd', 'r');
  const { output } = await ask([lab.launcher], addProgram(lab, 'exec ls /proc/self/fd\n'), {
    stdio: ['pipe', 'pipe', 'inherit', secret, 'ignore', secret, secret],
  });
  closeSync(secret);
  // 3 is the program, 4 the directory that is listed.
  expect(output).toMatch(/^0\n1\n2\n3\n4\n\n/);
});

test('signals that the client ignores or blocks are as ever in bpftrace', async () => {
  const words = [
    'perl',
    '-e',
    '$SIG{$_}="IGNORE" for qw(CHLD TERM HUP INT); exec @ARGV',
    lab.launcher,
  ];
  const { output, exitCode } = await ask(words, LOOK);
  expect(output).toMatch(/^SigIgn: 0+$/m);
  expect(exitCode).toBe(0);
});

test.each([
  [
    'no_new_privs',
    ['--no-new-privs'],
    'the launcher is not setuid root, or no_new_privs holds that back',
  ],
  ['a bounding set without CAP_BPF', ['--bounding-set', '-bpf,-sys_admin'], LACKS()],
  ['a bounding set without CAP_PERFMON', ['--bounding-set', '-perfmon,-sys_admin'], LACKS()],
  [
    'a bounding set without CAP_SETGID',
    ['--bounding-set', '-setgid'],
    'the launcher cannot become root: CAP_SETGID is missing',
  ],
])('below %s a setuid launcher says what it lacks', async (_, options, why) => {
  const answer = await ask([...asUser(GROUP, ...options), lab.setuid], LOOK);
  expect(answer).toEqual(refusal(why));
});

function LACKS(): string {
  return 'CAP_BPF and CAP_PERFMON are missing: the bounding set lacks them';
}

test('where the kernel or the bounding set has no CAP_BPF, CAP_SYS_ADMIN stands for it, alone', async () => {
  const { output } = await ask(['setpriv', '--bounding-set', '-bpf', lab.launcher], LOOK);
  expect(output).toMatch(/^CapEff: 0000000000200000$/m);
  expect(output).toMatch(/^CapBnd: 0000000000200000$/m);
});

test('where perf_event_paranoid is above 2, the kernel may ask for CAP_SYS_ADMIN', async () => {
  const setting = join(lab.directory, 'paranoid');
  for (const [paranoid, caps] of [
    ['3', '0000000000200000'],
    ['4', '0000000000200000'],
    ['2', CAPS],
    ['-1', CAPS],
    ['', CAPS],
  ]) {
    writeFileSync(setting, `${paranoid}\n`);
    expect((await ask([lab.launcher], LOOK)).output).toContain(`CapEff: ${caps}\n`);
  }
  writeFileSync(setting, '3\n');
  const without = ['setpriv', '--bounding-set', '-sys_admin', lab.launcher];
  expect((await ask(without, LOOK)).output).toContain(`CapEff: ${CAPS}\n`);
  writeFileSync(setting, '2\n');
});

test('a user who is not in its group cannot start a setuid launcher', async () => {
  const answer = await finish(
    start([...asUser(65_534), lab.setuid], { stdio: ['pipe', 'pipe', 'ignore'] }),
    LOOK,
  );
  expect(answer).toEqual({ output: '', exitCode: 126 });
});

test('a bpftrace that cannot be started is told of', async () => {
  const other = openLab('-UBPFTRACE', '-DBPFTRACE="/nonexistent/bpftrace"');
  const answer = await ask([other.launcher], addProgram(other, 'true\n'));
  other.remove();
  expect(answer.exitCode).toBe(127);
  expect(answer.output).toMatch(
    /^\/nonexistent\/bpftrace cannot be started: No such file or directory\n/,
  );
});
