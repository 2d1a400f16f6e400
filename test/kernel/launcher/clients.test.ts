import { spawn } from 'node:child_process';
import { chownSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { addProgram, ask, asUser, finish, GROUP, openLab, refusal, start, until } from './lab.ts';

const lab = openLab('-DSTALL_MS=500');
afterAll(() => lab.remove());

const pidFile = join(lab.directory, 'pid');
/** Says where it is, and waits. */
const WAIT = addProgram(lab, `echo $$ > ${pidFile}; echo waiting; exec sleep 1000\n`);
/** Prints without end. */
const FLOOD = addProgram(lab, `echo $$ > ${pidFile}; exec yes flood\n`);
const QUICK = addProgram(lab, 'echo quick\n');

afterEach(() => rmSync(pidFile, { force: true }));

const isAlive = (pid: number) => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function readPid(): Promise<number> {
  let pid = 0;
  await until(() => {
    try {
      pid = Number(readFileSync(pidFile, 'utf8'));
    } catch {}
    return pid > 0;
  });
  return pid;
}

test('four clients at a time, and a fifth one when one of them has ended', async () => {
  const clients = await Promise.all(
    [0, 1, 2, 3].map(async () => {
      const child = start([lab.launcher]);
      const ended = new Promise((resolve) => child.on('exit', resolve));
      child.stdin?.write(WAIT);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      return { child, ended };
    }),
  );
  const full = refusal('all 4 places are taken: other clients run bpftrace already');
  const more = await Promise.all([4, 5, 6, 7, 8, 9].map(() => ask([lab.launcher], QUICK)));
  expect(more).toEqual(more.map(() => full));
  clients[0]?.child.stdin?.destroy();
  await clients[0]?.ended;
  expect((await ask([lab.launcher], QUICK)).exitCode).toBe(0);
  for (const { child } of clients) child.stdin?.destroy();
  await Promise.all(clients.map(({ ended }) => ended));
});

test.each([
  ['closes its input', (child: ReturnType<typeof start>) => child.stdin?.destroy()],
  ['closes the output', (child: ReturnType<typeof start>) => child.stdout?.destroy()],
  ['says anything more', (child: ReturnType<typeof start>) => child.stdin?.write('x')],
  ['sends another request', (child: ReturnType<typeof start>) => child.stdin?.write(WAIT)],
])('bpftrace ends when the client %s', async (_, act) => {
  const child = start([lab.launcher]);
  child.stdin?.write(WAIT);
  const pid = await readPid();
  act(child);
  expect(await until(() => !isAlive(pid))).toBeLessThan(2_000);
});

test('a client that never reads is given up', async () => {
  const child = start([lab.launcher]);
  child.stdout?.pause();
  child.stdin?.write(FLOOD);
  const pid = await readPid();
  expect(await until(() => !isAlive(pid))).toBeLessThan(8_000);
  child.stdin?.destroy();
});

test('a client of a setuid launcher can neither signal nor trace it', async () => {
  const child = start([...asUser(GROUP), lab.setuid]);
  child.stdin?.write(WAIT);
  const bpftrace = await readPid();
  const script =
    'print kill("KILL", $_) . kill("STOP", $_) . (-r "/proc/$_/mem" ? 1 : 0) for @ARGV';
  const attack = start([
    ...asUser(GROUP),
    'perl',
    '-e',
    script,
    String(child.pid),
    String(bpftrace),
  ]);
  expect((await finish(attack, '')).output).toBe('000000');
  expect([child.pid ?? 0, bpftrace].map(isAlive)).toEqual([true, true]);
  child.stdin?.destroy();
  await until(() => !isAlive(bpftrace));
});

/** What systemd does with `Accept=yes`: the connection is input and output of a launcher. */
async function listen(): Promise<{ readonly path: string; readonly server: Server }> {
  const path = join(lab.directory, 'socket');
  const server = createServer((socket) => {
    spawn(lab.launcher, { stdio: [socket, socket, 'ignore'] }).on('exit', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen({ path, writableAll: true }, resolve));
  return { path, server };
}

const CLIENT = `use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!;
print $s $ARGV[1]; while (<$s>) { print }`;

test.each([
  ['root', [], 'quick'],
  ['a user of its group', asUser(GROUP), 'quick'],
  [
    'a user with that group among others',
    `setpriv --reuid 65534 --regid 65534 --groups ${GROUP}`.split(' '),
    'quick',
  ],
  ['another user', asUser(65_534), 'the client is not in the group of the launcher'],
])('over a socket, %s is known by the kernel', async (_, prefix, expected) => {
  chownSync(lab.launcher, 0, GROUP);
  const { path, server } = await listen();
  const { output } = await ask([...prefix, 'perl', '-e', CLIENT, path, QUICK], '');
  server.close();
  expect(output).toContain(expected);
});

test('a socket of the network has no client that is known', async () => {
  const server = createServer((socket) => {
    spawn(lab.launcher, { stdio: [socket, socket, 'ignore'] }).on('exit', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const script = `use IO::Socket::INET; my $s = IO::Socket::INET->new("127.0.0.1:${port}"); print $s $ARGV[0]; while (<$s>) { print }`;
  const { output } = await ask(['perl', '-e', script, QUICK], '');
  server.close();
  expect(output).toBe('{"type": "refused", "data": "the client is unknown"}\n');
});

test.each([
  ['input', '<&-'],
  ['output', '>&-'],
  ['error stream', '2>&-'],
])('a closed standard %s is refused', async (_, redirection) => {
  const words = ['sh', '-c', `exec "$0" 3>&2 2>&1 ${redirection}`, lab.launcher];
  const child = start(words, { stdio: ['pipe', 'pipe', 'pipe'] });
  const answer = await finish(child, QUICK);
  expect(answer.exitCode).toBe(2);
  if (redirection !== '>&-') expect(answer).toEqual(refusal('a standard stream is closed'));
});

test.each([
  ['a directory', '</'],
  ['an endless device', '</dev/zero'],
  ['nothing', '</dev/null'],
  ['a file without a request', '</etc/passwd'],
  ['an output that cannot be written', '</dev/zero >/dev/full'],
  ['an output that is read-only', '</dev/zero 1</dev/null'],
])('%s in the place of a stream gains nothing', async (_, redirection) => {
  const answer = await ask(['sh', '-c', `exec "$0" ${redirection}`, lab.launcher], QUICK);
  expect(answer.exitCode).toBe(2);
});
