import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PluginProcess } from '../plugin-process.ts';
import { CLI, PLUGIN, projectFile, run, STORM } from '../run-cli.ts';

/** Everything is installed in mount namespaces that end with a test. */
const PLACES = [
  '/usr/lib/ebpf-processes',
  '/var/lib/ebpf-processes',
  '/run',
  // Where an agent of this machine would look for plugins.
  '/usr/lib/netdata',
  '/usr/libexec/netdata',
  '/opt/netdata',
];

const GROUP = '9731';
const STORM_NAME = 'launcher-storm';
const directory = mkdtempSync(join(tmpdir(), 'launcher-plugin-'));
const storm = join(directory, STORM_NAME);
/** Directories that were made to mount something there. */
let made: string[] = [];

beforeAll(() => {
  chmodSync(directory, 0o755);
  execFileSync(projectFile('scripts/lay-out'), [join(directory, 'tree')]);
  made = PLACES.filter((place) => !existsSync(place));
  for (const place of made) mkdirSync(place);
  copyFileSync(STORM, storm);
  writeFileSync(join(directory, 'apps_groups.conf'), `storms: ${STORM_NAME}\n`);
  writeFileSync(join(directory, 'group'), `root:x:0:\nnetdata:x:${GROUP}:\n`);
  // What systemd does with Accept=yes.
  writeFileSync(
    join(directory, 'listen.pl'),
    `use IO::Socket::UNIX; use POSIX ();
     my $server = IO::Socket::UNIX->new(Local => "/run/ebpf-processes.sock", Listen => 4) or die $!;
     chown 0, ${GROUP}, "/run/ebpf-processes.sock"; chmod 0660, "/run/ebpf-processes.sock";
     exit if fork; POSIX::setsid(); alarm 120;
     open STDIN, "<", "/dev/null"; open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null";
     my $client = $server->accept; alarm 0;
     POSIX::dup2(fileno $client, $_) for 0, 1; exec "/usr/lib/ebpf-processes/launcher";`,
  );
});
afterAll(() => {
  for (const place of [...made, directory]) rmSync(place, { recursive: true });
});

const SETUID = 'true';
/** systemd starts the launcher; it is not setuid then. */
const SOCKET = 'chmod 0750 /usr/lib/ebpf-processes/launcher && perl "$0/listen.pl"';

/** The bounding set of Debian 12's netdata.service, and nothing that a setuid program could do. */
const DEBIAN_12 = [
  '--no-new-privs',
  ...['--bounding-set', '-all,+dac_read_search,+sys_ptrace,+setgid,+setuid,+net_raw,+audit_write'],
];

/** Words that install the launcher in a namespace of its own, and run what follows as a user of Netdata's group. */
function installed(prepare: string, options: readonly string[] = []): [string, ...string[]] {
  const script = [
    ...PLACES.map((place) => `mount -t tmpfs none ${place}`),
    'mount --bind "$0/group" /etc/group',
    'cp -a "$0/tree/usr/lib/ebpf-processes" /usr/lib/',
    '/usr/lib/ebpf-processes/activate on >"$0/installed"',
    `{ ${prepare}; }`,
    `exec setpriv --reuid ${GROUP} --regid ${GROUP} --clear-groups ${options.join(' ')} "$@"`,
  ].join(' && ');
  return ['/usr/bin/unshare', '--mount', 'sh', '-c', script, directory];
}

test.each<[string, string, readonly string[], RegExp]>([
  ['a setuid launcher', SETUID, [], /launcher, which is setuid root, because this is not root/],
  [
    "the socket, below Debian 12's netdata.service",
    SOCKET,
    DEBIAN_12,
    /the launcher behind \/run\//,
  ],
])('through %s a user counts exactly, missed events too', async (_, prepare, options, note) => {
  const plugin = new PluginProcess(
    ['1', '--apps', '--mode', 'return', '--config-dir', directory],
    {},
    [...installed(prepare, options), PLUGIN],
  );
  const created = () =>
    plugin.of('apps.process_create').map(({ values }) => values.get('storms') ?? 0);
  await plugin.until(() => created().length >= 2);
  await run(storm, ['300', '100', '50', '23']);
  const seen = created().length;
  await plugin.until(() => created().length >= seen + 3);
  const last = (chart: string, dimension: string) => plugin.of(chart).at(-1)?.values.get(dimension);
  expect(created().at(-1)).toBe(300);
  expect(last('apps.thread_create', 'storms')).toBe(100);
  expect(last('apps.task_error', 'storms')).toBe(23);
  // Only root can read what was missed.
  const missed = ['create', 'exec', 'exit', 'error'].map((event) =>
    last('netdata.ebpf_processes_missed', event),
  );
  expect(missed).toEqual([0, 0, 0, 0]);
  expect(plugin.stderr).toMatch(note);
  expect(plugin.errors).toBe('');
  plugin.child.stdin?.end();
  expect((await plugin.ended).exitCode).toBe(0);
});

test('without what setup writes, one sentence says what to run, and setup mends it', async () => {
  const forget = 'rm -r /var/lib/ebpf-processes/*+*';
  const words = installed(forget);
  const ended = await run(words[0], [...words.slice(1), CLI, 'plan']);
  expect(ended.stderr).toMatch(
    /^error: no programs were rendered for Linux \S+ and bpftrace \S+\nhint: run once as root: ebpf-processes setup\n$/,
  );
  const mended = installed(`${forget} && ${CLI} setup >/dev/null`);
  const after = await run(mended[0], [...mended.slice(1), CLI, 'plan']);
  expect(after.stderr).toBe('');
  expect(after.exitCode).toBe(0);
});

test('a user sees the plan and the program of root', async () => {
  const [command, ...before] = installed(SETUID);
  for (const words of [['program'], ['program', '--apps', '--cgroups', '--mode', 'return']]) {
    const ours = await run(CLI, words);
    const theirs = await run(command, [...before, CLI, ...words]);
    expect(theirs.stdout).toBe(ours.stdout);
  }
});

test('a plugin that is not in the group says which one it takes', async () => {
  const [command, ...before] = installed(SETUID);
  const other = ['setpriv', '--no-new-privs', PLUGIN, '1'];
  const ended = await run(command, [...before, ...other]);
  expect(ended.stdout.trim()).toBe('DISABLE');
  expect(ended.stderr).toMatch(
    /ERROR : MAIN : bpftrace needs root, this is uid 9731, and the launcher cannot be used: there is no \/run\/ebpf-processes.sock; no_new_privs keeps a setuid program from becoming root here; run once as root: scripts\/install \(in a checkout/,
  );
});
