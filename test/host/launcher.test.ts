import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLauncher, readLauncherState } from '../../src/host/launcher.ts';
import { ALL_RIGHTS, type ProcessRights } from '../../src/host/process-rights.ts';
import { whyNoLauncher } from '../../src/host/why-no-root.ts';
import { buildFacts } from '../builders.ts';

const { kernel } = buildFacts();
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'launcher-'));
  mkdirSync(join(root, 'run'));
  mkdirSync(join(root, 'usr/lib/ebpf-processes'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const find = (rights: Partial<ProcessRights> = {}, path = '/usr/bin/bpftrace') =>
  findLauncher(path, { ...ALL_RIGHTS, ...rights }, kernel, root);

function install(mode: number): void {
  const path = join(root, 'usr/lib/ebpf-processes/launcher');
  writeFileSync(path, '');
  if (process.geteuid?.() === 0) chownSync(path, 0, 0);
  chmodSync(path, mode);
}

test('where nothing is installed, one sentence says so, and what to run', () => {
  const { way, refusals } = find();
  expect(way).toBeUndefined();
  expect(String(whyNoLauncher(999, refusals))).toBe(
    'error: bpftrace needs root, this is uid 999, and the launcher cannot be used: there is no /run/ebpf-processes.sock; there is no /usr/lib/ebpf-processes/launcher\n' +
      'hint: run once as root: scripts/install (in a checkout; the Debian package does it by itself); docs/plugin.md ("Give it root") says what that does',
  );
});

test('the socket goes before a setuid program', async () => {
  install(0o4755);
  const server = createServer();
  await new Promise<void>((resolve) =>
    server.listen(join(root, 'run/ebpf-processes.sock'), resolve),
  );
  expect(find()).toEqual({ way: 'socket', refusals: [] });
  // Nothing that holds a setuid program back holds a service back.
  expect(find({ noNewPrivileges: true, bounding: 0n }).way).toBe('socket');
  server.close();
});

test('what is no socket is not taken for one', () => {
  writeFileSync(join(root, 'run/ebpf-processes.sock'), '');
  expect(find().refusals[0]).toBe('/run/ebpf-processes.sock is not a socket');
});

test('a launcher that is not setuid is of no use without a socket', () => {
  install(0o755);
  expect(find().refusals[1]).toBe('/usr/lib/ebpf-processes/launcher is not setuid root');
});

test('the launcher runs one bpftrace alone', () => {
  install(0o4755);
  expect(find({}, '/opt/bpftrace')).toEqual({
    way: undefined,
    refusals: ['the launcher runs /usr/bin/bpftrace alone, not /opt/bpftrace'],
  });
});

test.runIf(process.geteuid?.() === 0)(
  'what keeps a setuid program from becoming root is named',
  () => {
    install(0o4755);
    expect(find()).toEqual({ way: 'setuid', refusals: ['there is no /run/ebpf-processes.sock'] });
    const why = (rights: Partial<ProcessRights>) => find(rights).refusals[1];
    expect(why({ noNewPrivileges: true })).toMatch(/^no_new_privs keeps/);
    expect(why({ bounding: 0x200820c4n })).toMatch(
      /cannot have CAP_BPF and CAP_PERFMON: the bounding/,
    );
    expect(why({ bounding: ALL_RIGHTS.bounding ^ (1n << 6n) })).toMatch(/cannot have CAP_SETGID: /);
  },
);

test('how it stands, whoever asks: by which ways, and whether its programs are there', () => {
  const { bpftrace } = buildFacts();
  const state = () => readLauncherState(kernel, bpftrace, root);
  expect(state()).toEqual({ ways: [], isSetUp: false });
  install(process.geteuid?.() === 0 ? 0o4755 : 0o755);
  const directory = join(root, `var/lib/ebpf-processes/${kernel.release}+${bpftrace.version}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'facts.json'), '');
  expect(state()).toEqual({ ways: process.geteuid?.() === 0 ? ['setuid'] : [], isSetUp: true });
});
