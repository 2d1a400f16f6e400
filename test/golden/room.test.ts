import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A machine on which nothing is limited. */
const ROOMY = {
  'proc/self/limits': limits({}),
  'proc/self/status': 'Name:\tsh\nUid:\t1000\t1000\t1000\t1000\n',
  'proc/self/cgroup': '0::/user.slice/session-1.scope\n',
  'proc/self/mountinfo': '24 1 0:21 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n',
  'sys/devices/system/cpu/possible': '0-3\n',
};

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'room-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What the launcher has against a machine. @param different - Files by path, other than those of a roomy one. */
function problemOf(different: Record<string, string>): string[] {
  for (const [path, text] of Object.entries({ ...ROOMY, ...different })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const script = '. bin/room.sh; root=$1; find_problem; echo "$problem"; echo "$hint"';
  const output = execFileSync('sh', ['-c', script, 'sh', root], { cwd: ROOT, encoding: 'utf8' });
  return output.trimEnd().split('\n');
}

function limits({ processes = 'unlimited', files = '1024', memory = 'unlimited' }): string {
  return [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    `Max processes             ${processes}                96365                processes `,
    `Max open files            20                ${files}                files     `,
    `Max address space         ${memory}            unlimited            bytes     `,
    '',
  ].join('\n');
}

/** A process of /proc with so many threads, and a name that is meant to mislead. */
function stat(threads: number): string {
  return `7 (a) b) c) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 ${threads} 0 123\n`;
}

test('where nothing is limited there is room', () => {
  expect(problemOf({})).toEqual(['']);
});

describe('pids.max', () => {
  const of = (max: string, current: string) => ({
    'sys/fs/cgroup/user.slice/session-1.scope/pids.max': `${max}\n`,
    'sys/fs/cgroup/user.slice/session-1.scope/pids.current': `${current}\n`,
  });

  test.each([
    ['max', '5000'],
    ['16', '1'],
    ['100', '85'],
  ])('%s with %s tasks in it is room enough', (max, current) => {
    expect(problemOf(of(max, current))).toEqual(['']);
  });

  test.each([
    ['3', '1'],
    ['15', '1'],
    ['100', '86'],
  ])('%s with %s tasks in it is not', (max, current) => {
    expect(problemOf(of(max, current))).toEqual([
      `16 tasks are needed, and the cgroup /user.slice/session-1.scope may have ${max} and has ${current} (pids.max)`,
      'raise it as root: echo 100 >/sys/fs/cgroup/user.slice/session-1.scope/pids.max, or TasksMax= of the unit; or leave this cgroup: echo $$ >/sys/fs/cgroup/cgroup.procs',
    ]);
  });

  test('of a cgroup above counts too', () => {
    const above = {
      'sys/fs/cgroup/user.slice/pids.max': '8\n',
      'sys/fs/cgroup/user.slice/pids.current': '1\n',
    };
    expect(problemOf({ ...of('max', '1'), ...above })[0]).toBe(
      '16 tasks are needed, and the cgroup /user.slice may have 8 and has 1 (pids.max)',
    );
  });

  test('of version 1 counts, beside a version 2', () => {
    const [problem] = problemOf({
      'proc/self/cgroup': '8:cpu,pids:/box\n0::/\n',
      'proc/self/mountinfo': `${ROOMY['proc/self/mountinfo']}25 1 0:22 / /cg/pids rw - cgroup cgroup rw,cpu,pids\n`,
      'cg/pids/box/pids.max': '12\n',
      'cg/pids/box/pids.current': '2\n',
    });
    expect(problem).toBe(
      '16 tasks are needed, and the cgroup /box may have 12 and has 2 (pids.max)',
    );
  });
});

describe('ulimit', () => {
  test('-n: the hard limit counts, and more is needed with more CPUs', () => {
    expect(problemOf({ 'proc/self/limits': limits({ files: '68' }) })).toEqual(['']);
    expect(problemOf({ 'proc/self/limits': limits({ files: '67' }) })[0]).toBe(
      '68 open files are needed, and the limit is 67 (ulimit -n)',
    );
  });

  test('-u: the tasks of the user are counted, threads too', () => {
    const of = (processes: string) => ({
      'proc/self/limits': limits({ processes }),
      'proc/7/stat': stat(3),
      'proc/8/stat': stat(1),
    });
    expect(problemOf(of('19'))).toEqual(['']);
    expect(problemOf(of('18'))[0]).toBe(
      '16 tasks are needed, and this user may have 18 and has 4 (ulimit -u)',
    );
  });

  test('-u is not for root', () => {
    const uid = { 'proc/self/status': 'Name:\tsh\nUid:\t0\t0\t0\t0\n' };
    expect(problemOf({ ...uid, 'proc/self/limits': limits({ processes: '3' }) })).toEqual(['']);
  });

  test('-v', () => {
    expect(problemOf({ 'proc/self/limits': limits({ memory: '512000000' }) })[0]).toBe(
      'Node.js needs 0.9 GB of address space, and the limit is 512000000 bytes (ulimit -v)',
    );
  });
});

describe('a program without room', () => {
  test('says so in two lines', () => {
    const ended = spawnSync('sh', ['-c', 'ulimit -n 20; exec bin/ebpf-processes --once'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(ended.stderr).toMatch(
      /^error: \d+ open files are needed, and the limit is 20 \(ulimit -n\)\nhint: raise it: .*\n$/,
    );
    expect(ended.status).toBe(1);
  });

  test('that is a plugin waits for it, and writes no DISABLE', () => {
    const ended = spawnSync('sh', ['-c', 'ulimit -n 20; exec bin/ebpf-processes.plugin'], {
      ...{ cwd: ROOT, encoding: 'utf8', timeout: 2_500 },
    });
    expect(ended.signal).toBe('SIGTERM');
    expect(ended.stdout.trim()).toBe('');
    expect(ended.stderr).toMatch(/^ebpf-processes\.plugin ERROR : MAIN : .* tried again in 1 s\n/);
    expect(ended.stderr).toMatch(/tried again in 2 s\n$/);
  });

  test('is found through a link as well', () => {
    const script = `ln -s "$PWD/bin/ebpf-processes" ${root}/link; ulimit -n 20; exec ${root}/link`;
    const ended = spawnSync('sh', ['-c', script], { cwd: ROOT, encoding: 'utf8' });
    expect(ended.stderr).toMatch(/^error: \d+ open files are needed/);
  });
});
