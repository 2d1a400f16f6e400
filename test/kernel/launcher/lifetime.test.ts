import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addProgram, openLab, start, until } from './lab.ts';

const lab = openLab();
afterAll(() => lab.remove());

const at = (name: string) => join(lab.directory, name);
const REQUEST = addProgram(lab, `echo $$ > ${at('bpftrace.pid')}; exec sleep 1000\n`);
const TIMES = 20;

/** A client: it sends a request, holds its end of the pipe open, and reads. */
const CLIENT = `
  use IPC::Open2;
  my $launcher = open2(my $out, my $in, $ARGV[0]);
  syswrite $in, $ARGV[1];
  open my $file, '>', $ARGV[2]; print $file $launcher; close $file;
  1 while <$out>;`;

const isAlive = (pid: number) => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function readPid(name: string): Promise<number> {
  let pid = 0;
  await until(() => {
    try {
      pid = Number(readFileSync(at(name), 'utf8'));
    } catch {}
    return pid > 0;
  });
  rmSync(at(name));
  return pid;
}

test.each([
  ['the client', 'client', false],
  ['the launcher', 'launcher', false],
  ['bpftrace', 'bpftrace', false],
  ['the client, with bpftrace stopped', 'client', true],
  ['the launcher, with bpftrace stopped', 'launcher', true],
  ['bpftrace, with itself stopped', 'bpftrace', true],
] as const)(
  `nothing is left 2 s after SIGKILL of %s, ${TIMES} times`,
  async (_, victim, isStopped) => {
    let slowest = 0;
    for (let i = 0; i < TIMES; i++) {
      const child = start(['perl', '-e', CLIENT, lab.launcher, REQUEST, at('launcher.pid')], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const bpftrace = await readPid('bpftrace.pid');
      const launcher = await readPid('launcher.pid');
      const pids = { client: child.pid ?? 0, launcher, bpftrace };
      if (isStopped) process.kill(bpftrace, 'SIGSTOP');
      process.kill(pids[victim], 'SIGKILL');
      const others = victim === 'client' ? [launcher, bpftrace] : [launcher, bpftrace, pids.client];
      slowest = Math.max(slowest, await until(() => !others.some(isAlive)));
    }
    expect(slowest).toBeLessThan(2_000);
  },
);
