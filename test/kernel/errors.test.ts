import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fakeBpftrace } from '../faults/fake-supervisor.ts';
import { makeTemporaryDirectory } from '../scopes/cgroups/temporary-tree.ts';
import { CLI, collect, type Ended, PLUGIN, REFUSE_BPF, run, STORM } from './run-cli.ts';

/** Run in a mount namespace of its own, after `change` was done to what is mounted there. */
function without(change: string, file: string, args: readonly string[]): Promise<Ended> {
  return run('/usr/bin/unshare', [
    '--mount',
    'sh',
    '-c',
    `${change}; exec "$0" "$@"`,
    file,
    ...args,
  ]);
}

const AS_NOBODY = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
const WITHOUT_TRACEFS =
  'umount -l /sys/kernel/debug 2>/dev/null; umount -l /sys/kernel/tracing 2>/dev/null; true';

/** A library that the machine's own bpftrace is linked with. */
function findLibrary(): string {
  const listing = execFileSync('ldd', ['/usr/bin/bpftrace'], { encoding: 'utf8' });
  return /=> (\S*libbpf\S*)/.exec(listing)?.[1] ?? '';
}

/** A program with this content. */
function writeProgram(content: string): string {
  const file = `${makeTemporaryDirectory()}/bpftrace`;
  writeFileSync(file, content, { mode: 0o755 });
  return file;
}

/** What is wrong → how it is run, the one sentence, the next step, and the exit code. */
const ERRORS: Record<string, { ended: () => Promise<Ended>; says: RegExp; exitCode: number }> = {
  'as user nobody': {
    ended: () => run('/usr/bin/setpriv', [...AS_NOBODY, CLI, '--once']),
    says: /^error: bpftrace needs root, this is uid 65534, and .*\nhint: run this .*\n$/,
    exitCode: 1,
  },
  'without tracefs': {
    ended: () => without(WITHOUT_TRACEFS, CLI, ['--once']),
    says: /^error: no tracepoint can be read: tracefs is not mounted\nhint: mount it: mount -t tracefs tracefs \/sys\/kernel\/tracing\n$/,
    exitCode: 1,
  },
  'with tracefs hidden': {
    ended: () =>
      without(`umount -l /sys/kernel/debug; mount -t tmpfs none /sys/kernel/tracing`, CLI, [
        '--once',
      ]),
    says: /^error: no tracepoint can be read: tracefs is hidden by what is mounted at \/sys\/kernel\/tracing \(tmpfs\)\nhint: take that away: umount \/sys\/kernel\/tracing, .*\n$/,
    exitCode: 1,
  },
  'without bpftrace': {
    ended: () => run(CLI, ['--once', '--bpftrace', '/there/is/none']),
    says: /^error: \/there\/is\/none is not an executable file\nhint: install it: apt-get install bpftrace .*\n$/,
    exitCode: 1,
  },
  'with a bpftrace that is something else': {
    ended: () => run(CLI, ['--once', '--bpftrace', fakeBpftrace('no-version')]),
    says: /^error: \S+ is not bpftrace: --version printed "hello, I am something else"\nhint: .*\n$/,
    exitCode: 1,
  },
  'with a bpftrace that lacks a library': {
    ended: () => without(`mount --bind /dev/null ${findLibrary()}`, CLI, ['--once']),
    says: /^error: \/usr\/bin\/bpftrace does not start: error while loading shared libraries: \S*libbpf\S*: .*\nhint: install the libraries that it lacks, .*\n$/,
    exitCode: 1,
  },
  'with a bpftrace of another machine': {
    ended: () => run(CLI, ['--once', '--bpftrace', writeProgram('\u007fELF\u0002\u0001\u0001')]),
    says: /^error: \S+ --version failed \((exit code 127|ENOEXEC)\).*\nhint: see what it says by hand: \S+ --version\n$/,
    exitCode: 1,
  },
  'with an old bpftrace that has no version': {
    ended: () =>
      run(CLI, ['--once', '--bpftrace', writeProgram('#!/bin/sh\necho "bpftrace unknown"\n')]),
    says: /^error: which bpftrace \S+ is, is not known: --version printed "bpftrace unknown"\nhint: take one whose version is known, 0\.11 or later; .*\n$/,
    exitCode: 1,
  },
  'below a filter of system calls': {
    ended: () => run(REFUSE_BPF, [CLI, '--once', '-d', '0.2']),
    says: /^error: bpftrace 0\.\d+\.\d+ can load nothing here, not even an empty program: .*; a seccomp filter is on this process .*\nhint: start it without that filter: .*\n$/,
    exitCode: 1,
  },
  'with a bpftrace that prints garbage': {
    ended: () => run(CLI, ['--once', '--bpftrace', fakeBpftrace('garbage')]),
    says: /^error: bpftrace 0\.23\.2 printed what is not its JSON and was ended\nhint: .*\n$/,
    exitCode: 1,
  },
  'with a duration that is none': {
    ended: () => run(CLI, ['--once', '--duration', 'x']),
    says: /^error: option '-d, --duration <time>' argument 'x' is invalid\. It must be from 0\.1 to 86400 seconds, or as 30s, 2m or 24h\.\n$/,
    exitCode: 2,
  },
  'with an unknown option': {
    ended: () => run(CLI, ['--once', '--durtion', '3']),
    says: /^error: unknown option '--durtion'\nhint: did you mean --duration\?\n$/,
    exitCode: 2,
  },
  'with standard output closed': {
    ended: () => run('/bin/sh', ['-c', '"$0" --once -d 0.2 >&-', CLI]),
    says: /^error: cannot write to standard output: it is closed\nhint: give it a reader, .*> FILE\n$/,
    exitCode: 1,
  },
  'with a standard output that nobody reads': {
    ended: async () => {
      const child = spawn(CLI, ['--once', '-d', '0.2'], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.destroy();
      return await collect(child);
    },
    // As the shell says of a program that SIGPIPE has ended.
    says: /^$/,
    exitCode: 141,
  },
  'with a command that does not exist': {
    ended: () => run(CLI, ['--once', '--', '/there/is/none']),
    says: /^error: cannot start \/there\/is\/none: ENOENT\nhint: .*\n$/,
    exitCode: 127,
  },
  'with a disk that is full': {
    ended: () => run('/bin/sh', ['-c', '"$0" --once -d 0.2 >/dev/full', CLI]),
    // The page is not thrown away.
    says: /^Whole machine, [\s\S]*\nerror: cannot write to standard output: .*ENOSPC.*\nhint: .*\n$/,
    exitCode: 1,
  },
};

test.each(Object.keys(ERRORS))(
  'says what is wrong and what to do, in the right words: %s',
  async (name) => {
    const wrong = ERRORS[name];
    const ended = await wrong?.ended();
    expect(ended?.stderr).toMatch(wrong?.says ?? /$^/);
    expect(ended?.exitCode).toBe(wrong?.exitCode);
    expect(ended?.stdout).toBe('');
  },
);

/** What is wrong → how the plugin is run, and what its log line says. Netdata is told not to start it again. */
const PLUGIN_ERRORS: Record<string, { ended: () => Promise<Ended>; says: RegExp }> = {
  'as user nobody': {
    ended: () => run('/usr/bin/setpriv', [...AS_NOBODY, PLUGIN, '1']),
    says: /bpftrace needs root, this is uid 65534, and .*docs\/plugin\.md/,
  },
  'without tracefs': {
    ended: () => without(WITHOUT_TRACEFS, PLUGIN, ['1']),
    says: /tracefs is not mounted; mount it: /,
  },
};

test.each(Object.keys(PLUGIN_ERRORS))(
  'the plugin gives up for good, in one log line: %s',
  async (name) => {
    const wrong = PLUGIN_ERRORS[name];
    const ended = await wrong?.ended();
    expect(ended?.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended?.stderr).toMatch(wrong?.says ?? /$^/);
    expect(ended?.stdout.trim()).toBe('DISABLE');
    expect(ended?.exitCode).toBe(1);
  },
);

test('passes on the exit code of the command, and the signal that ended it', async () => {
  expect((await run(CLI, ['--once', '--', 'sh', '-c', 'exit 23'])).exitCode).toBe(23);
  expect((await run(CLI, ['--once', '--', 'sh', '-c', 'kill -TERM $$'])).exitCode).toBe(143);
});

test('keeps the standard output of the command away from the report, and lets it alone with --output', async () => {
  const mixed = await run(CLI, ['--once', '--format', 'json', '--', 'echo', 'hello']);
  expect(mixed.stderr).toBe('hello\n');
  expect(JSON.parse(mixed.stdout)).toMatchObject({
    command: { argv: ['echo', 'hello'], exit_code: 0 },
  });
  const apart = await run(CLI, ['--once', '--output', '/dev/null', '--', 'echo', 'hello']);
  expect(apart.stdout).toBe('hello\n');
});

test('prints what was counted so far on Ctrl-C, with exit code 0', async () => {
  const child = spawn(CLI, ['--once', '--duration', '600', '--format', 'json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // On a busy machine it takes some seconds until anything is counted.
  setTimeout(() => child.kill('SIGINT'), 10_000);
  const ended = await collect(child);
  expect(ended.exitCode).toBe(0);
  const { window } = JSON.parse(ended.stdout);
  expect(window.interrupted).toBe(true);
  expect(window.seconds).toBeLessThan(10);
});

test('leaves no word of ours in the kernel log', async () => {
  const before = readKernelLog().length;
  await run(CLI, ['--once', '--mode', 'return', '--', STORM, '100', '10', '5', '5']);
  expect(
    readKernelLog()
      .slice(before)
      .filter((line) => /bpf|trace|warn|bug/i.test(line)),
  ).toEqual([]);
});

function readKernelLog(): string[] {
  return execFileSync('dmesg', { encoding: 'latin1', maxBuffer: 1 << 24 }).split('\n');
}
