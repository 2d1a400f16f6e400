import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

/** A file tree in which /proc and /sys can stand for those of another machine. Names are byte strings. */
export class FakeMachine {
  readonly root = mkdtempSync(`${tmpdir()}/machine-`);

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      const file = `${this.root}${path}`;
      mkdirSync(Buffer.from(dirname(file), 'latin1'), { recursive: true });
      writeFileSync(Buffer.from(file, 'latin1'), text, 'latin1');
    }
  }

  /** A process of a user, as /proc shows it. */
  addProcess(
    pid: number,
    {
      user = 1000,
      capabilities = '0',
      threads = 1,
      limit = 'unlimited',
      hard = '40',
      cgroup = '0::/',
      pidNamespace = 'pid:[4026531836]',
      children = '',
      userNamespace = 'user:[4026531837]',
      uidMap = '         0          0 4294967295',
      ids = String(pid),
    } = {},
  ): void {
    this.write({
      [`/proc/${pid}/comm`]: 'sh\n',
      [`/proc/${pid}/status`]: `Name:\tsh\nUid:\t${user}\t0\t0\t0\nNSpid:\t${ids}\nThreads:\t${threads}\nCapEff:\t${capabilities}\n`,
      [`/proc/${pid}/limits`]: `Limit Soft Hard Units\nMax processes             ${limit}                ${hard}                processes \nMax open files            1024                 4096                 files \n`,
      [`/proc/${pid}/uid_map`]: `${uidMap}\n`,
      [`/proc/${pid}/cgroup`]: `${cgroup}\n`,
      [`/proc/${pid}/ns/x`]: '',
    });
    symlinkSync(pidNamespace, `${this.root}/proc/${pid}/ns/pid`);
    symlinkSync(userNamespace, `${this.root}/proc/${pid}/ns/user`);
    symlinkSync(children || pidNamespace, `${this.root}/proc/${pid}/ns/pid_for_children`);
  }

  /** Version 2 with the pids controller, mounted at /cg. */
  mountV2(options = 'rw'): void {
    this.write({
      '/proc/self/mountinfo': `41 31 0:38 / /cg rw,relatime - cgroup2 cgroup2 ${options}\n`,
      '/cg/cgroup.controllers': 'cpu memory pids\n',
    });
  }

  /** Version 1, the pids controller at /cg. */
  mountV1(): void {
    this.write({
      '/proc/self/mountinfo':
        '40 31 0:37 / /other rw - cgroup cgroup rw,cpu\n41 31 0:38 / /cg rw,relatime - cgroup cgroup rw,pids\n',
    });
  }

  /** A cgroup with what its files say; what is left out is not there. */
  setCgroup(
    path: string,
    {
      max = 'max',
      current = 0,
      events,
      local,
    }: { max?: string; current?: number; events?: number; local?: number },
  ): void {
    this.write({
      [`/cg${path}/pids.max`]: `${max}\n`,
      [`/cg${path}/pids.current`]: `${current}\n`,
      ...(events === undefined ? {} : { [`/cg${path}/pids.events`]: `max ${events}\n` }),
      ...(local === undefined ? {} : { [`/cg${path}/pids.events.local`]: `max ${local}\n` }),
    });
  }

  remove(path = ''): void {
    rmSync(`${this.root}${path}`, { recursive: true });
  }
}
