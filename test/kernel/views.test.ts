import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import { reportSchema } from '../../src/report/report.ts';
import { makeTemporaryDirectory } from '../scopes/cgroups/temporary-tree.ts';
import { CLI, NAMED, run } from './run-cli.ts';

const layout = readCgroupLayout('');
const v2 = 'v2Mount' in layout ? layout.v2Mount : undefined;

/** What the command under watch does: 23 processes, of which each ends at once. */
const WORK = ['--', 'sh', '-c', 'i=0; while [ $i -lt 23 ]; do /bin/true; i=$((i+1)); done'];

/** `--once --format json` after a script of a shell, in namespaces of its own. */
async function watchIn(unshare: readonly string[], script: string, words = WORK) {
  const once = [CLI, '--once', '--format', 'json', '--apps', '--cgroups', ...words];
  const ended = await run('unshare', [
    ...unshare,
    'sh',
    '-c',
    `${script}\nexec "$@"`,
    'sh',
    ...once,
  ]);
  if (ended.stdout === '') throw new Error(`no report: ${ended.stderr}`);
  return reportSchema.parse(JSON.parse(ended.stdout));
}

/** A file that is not the kernel's over one that is, as lxcfs mounts them. */
const hide = (file: string, content: string) =>
  `mount -t tmpfs none /mnt && ${content} >/mnt/file && mount --bind /mnt/file ${file}`;

test('a virtual uptime that stands still does not hang the start, and the moment is right', async () => {
  const before = Date.now();
  const { window, audit, command } = await watchIn(['-m'], hide('/proc/uptime', 'echo 5.00 5.00'));
  const bootedAtMs = Date.parse(window.start) - window.start_uptime * 1000;
  const [seconds = ''] = (await run('cat', ['/proc/uptime'])).stdout.split(' ');
  expect(Math.abs(Date.now() - Number(seconds) * 1000 - bootedAtMs)).toBeLessThan(1_000);
  expect(Date.parse(window.start)).toBeGreaterThan(before);
  expect(audit.completeness).toBe(100);
  expect(command?.counters?.process_created).toBe(24);
});

test.each([
  ['/proc/stat', 'cat /proc/stat'],
  ['/proc/loadavg', 'cat /proc/loadavg'],
])('a virtual %s is not believed: releases and the audit are absent', async (file, content) => {
  const { system, audit, balance, plan } = await watchIn(['-m'], hide(file, content));
  expect([system.released, audit.completeness, audit.forks_at_least]).toEqual([null, null, null]);
  expect(balance.difference).toBeNull();
  expect(plan.events.find(({ event }) => event === 'release')?.reason).toContain(
    `${file} is not the kernel's own`,
  );
});

test('the kernel’s numbers are taken below NETDATA_HOST_PREFIX where ours are virtual', async () => {
  const host = makeTemporaryDirectory();
  const script = [
    `mkdir -p ${host}/proc && mount -t proc proc ${host}/proc`,
    hide('/proc/stat', 'cat /proc/stat'),
    `export NETDATA_HOST_PREFIX=${host}`,
  ].join('\n');
  const { system, audit, plan } = await watchIn(['-m'], script);
  expect(system.released).toBeGreaterThan(0);
  expect(audit.completeness).toBe(100);
  expect(plan.events.find(({ event }) => event === 'release')?.reason).toContain(
    `${host}/proc/stat`,
  );
});

test('with subset=pid it runs, and says what is absent', async () => {
  const { plan, command } = await watchIn(['-m'], 'mount -t proc -o subset=pid proc /proc');
  expect(command?.counters?.process_created).toBe(24);
  expect(plan.events.find(({ event }) => event === 'release')).toMatchObject({
    quality: 'absent',
    reason: expect.stringContaining('/proc/stat cannot be read'),
  });
});

const BPFTRACE = '/usr/bin/bpftrace';
const hasSudo = [BPFTRACE, '/usr/bin/sudo', '/etc/sudoers.d'].every((path) => existsSync(path));

test.runIf(hasSudo).each([
  ['1', 'own'],
  ['2', 'own'],
  ['0', 'all'],
])(
  'a user who may run bpftrace by sudo, with hidepid=%s, sees %s processes',
  async (level, sees) => {
    const script = [
      `mount -t proc -o hidepid=${level} proc /proc`,
      'mount -t tmpfs -o mode=755 none /etc/sudoers.d',
      `echo 'nobody ALL=(root) NOPASSWD: ${BPFTRACE}' >/etc/sudoers.d/test && chmod 440 /etc/sudoers.d/test`,
      // 15 zombies of root's.
      "(perl -e 'sleep 1; for (1..15) { fork or exit } sleep 8' >/dev/null 2>&1 &)",
      'set -- setpriv --reuid nobody --regid nogroup --clear-groups "$@"',
    ].join('\n');
    const words = ['--bpftrace', BPFTRACE, '--duration', '3'];
    const { plan, balance, diagnosis } = await watchIn(['-m'], script, words);
    if (sees === 'all') {
      expect(plan.notes.join()).not.toContain('hidepid');
      expect(diagnosis.zombie_parents?.find(({ comm }) => comm === 'perl')?.zombies).toBe(15);
    } else {
      expect(plan.notes.join()).toContain(
        'hides the processes of other users from this one (hidepid)',
      );
      expect([balance.zombies, balance.difference, diagnosis.zombie_parents]).toEqual([
        null,
        null,
        null,
      ]);
    }
  },
);

test('in a pid namespace no process of it is taken for one of the kernel’s', async () => {
  const { plan, diagnosis, balance, command } = await watchIn(
    ['--pid', '--fork', '--mount-proc'],
    '',
  );
  expect(plan.notes.join()).toContain('shows the process ids of a container');
  expect(diagnosis.zombie_parents).toBeNull();
  expect(balance.zombies).toBeNull();
  expect(command?.counters).toMatchObject({ process_created: 24, exec: 24 });
});

test('in a pid namespace with the machine’s /proc below the prefix everything is seen', async () => {
  const script = 'export NETDATA_HOST_PREFIX=/mnt';
  const host = `mkdir -p /mnt/proc && mount --rbind /proc /mnt/proc && exec unshare --pid --fork --mount-proc "$@"`;
  const { plan, diagnosis } = await watchIn(
    ['-m', 'sh', '-c', `mount -t tmpfs none /mnt && ${host}`, 'sh'],
    script,
  );
  expect(plan.notes.join()).not.toContain('container,');
  expect(diagnosis.zombie_parents).not.toBeNull();
});

test('what the kernel missed is known where /proc shows bpftrace under another id', async () => {
  const { loss } = await watchIn(['--pid', '--fork'], '');
  expect(loss.missed).not.toBeNull();
});

test('in a time namespace the window has the kernel’s own moment', async () => {
  const { window, audit } = await watchIn(
    ['--time', '--boottime', '100000', '--monotonic', '7000', '--fork'],
    '',
  );
  const [seconds = ''] = (await run('cat', ['/proc/uptime'])).stdout.split(' ');
  expect(Math.abs(window.start_uptime - Number(seconds))).toBeLessThan(10);
  expect(audit.completeness).toBe(100);
});

test('in a user namespace the refusal names it, before anything is tried', async () => {
  const { exitCode, stderr } = await run('unshare', ['-U', '-r', CLI, '--once']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('this root is one of a user namespace');
});

if (v2 === undefined) {
  test.skip('cgroup namespaces: version 2 is not mounted here', () => undefined);
} else {
  const top = `${v2}/ebpf-processes-views-${process.pid}`;
  beforeAll(() => {
    mkdirSync(`${top}/own`, { recursive: true });
    mkdirSync(`${top}/beside`);
  });
  afterAll(async () => {
    for (const path of [`${top}/own`, `${top}/beside`, top]) await removeEmptied(path);
  });

  /** In the cgroup namespace of `own`, where another mount of version 2 shows nothing else. */
  const enter = `echo $$ >${top}/own/cgroup.procs && exec unshare -C "$@"`;
  const inNamespace = ['-m', 'sh', '-c', enter, 'sh'];
  const partOver = `umount -l ${v2}; mount -t cgroup2 none ${v2}`;
  const inside = `echo $$ >MOUNT${top.slice(v2.length)}/beside/cgroup.procs; i=0; while [ $i -lt 23 ]; do /bin/true; i=$((i+1)); done; echo $$ >MOUNT/cgroup.procs`;

  test('the whole tree of cgroups is used where it is mounted elsewhere', async () => {
    const host = makeTemporaryDirectory();
    const script = `mount --rbind ${v2} ${host} && ${partOver}`;
    const words = ['--', 'sh', '-c', inside.replaceAll('MOUNT', host)];
    const { cgroups, plan, command, notes } = await watchIn(inNamespace, script, words);
    const path = `${top.slice(v2.length)}/beside`;
    expect(cgroups?.find((one) => one.path === path)).toMatchObject({ process_created: 23 });
    expect(cgroups?.find(({ name }) => name === 'unresolved')).toBeUndefined();
    expect(plan.notes.join()).not.toContain('cgroups outside of');
    // Its own cgroup is below ours, although /proc says that we are in the root.
    const own = cgroups?.find((one) => one.path.startsWith(`${top.slice(v2.length)}/own/ebpf-`));
    expect(own?.process_created).toBeGreaterThan(0);
    expect(command?.counters?.process_created).toBe(24);
    expect(notes.join()).not.toContain('no cgroup of its own');
  });

  test('where only a part can be seen it is said, and the rest is unresolved, never root', async () => {
    const { plan } = await watchIn(
      [...inNamespace, 'unshare', '--pid', '--fork', '--mount-proc'],
      partOver,
    );
    expect(plan.notes.join()).toContain('cgroups outside of our own are unresolved');
  });
}

if (layout.kind === 'hybrid') {
  const v1 = layout.v1Mounts.find((mount) => existsSync(`${mount}/pids.max`) || /pids/.test(mount));
  const id = 'c0ffee'.repeat(11).slice(0, 64);
  test('a container in version 1 alone has its counts, marked approximate', async () => {
    const directory = `${v1}/docker/${id}`;
    mkdirSync(directory, { recursive: true });
    try {
      const script = `echo $$ >${directory}/cgroup.procs; sleep 0.3; i=0; while [ $i -lt 23 ]; do ${NAMED} >/dev/null 2>&1; i=$((i+1)); done; sleep 0.3`;
      const { cgroups, plan } = await watchIn(['-m'], '', ['--', 'sh', '-c', script]);
      expect(cgroups?.find((one) => one.path === `/docker/${id}`)).toMatchObject({
        name: id.slice(0, 12),
        approximate: expect.stringContaining('where /proc says that they are'),
      });
      expect(plan.notes.join()).toContain('cgroups of version 1 alone');
    } finally {
      await removeEmptied(directory);
      rmdirSync(`${v1}/docker`);
    }
  });
}

/** The kernel may need a moment to see that the last one has left. */
async function removeEmptied(directory: string): Promise<void> {
  for (let tries = 0; tries < 100 && existsSync(directory); tries += 1) {
    try {
      rmdirSync(directory);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
