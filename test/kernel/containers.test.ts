import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import { CgroupTree, locate } from './cgroup-tree.ts';
import { observe } from './run-cli.ts';

const ID = 'c0ffee'.repeat(11).slice(0, 64);
const POD = 'pod11111111_2222_3333_4444_555555555555';
const CONTAINER = `/machine.slice/libpod-${ID}.scope`;
const MONITOR = `/machine.slice/libpod-conmon-${ID}.scope`;

/** Of those made in the cgroup, 23. The one that makes them was made elsewhere. */
const MAKE_23 = 'i=0; while [ $i -lt 23 ]; do /bin/true; i=$((i+1)); done; sleep 1.5';

/** Makes cgroups one in the other, works in the innermost, leaves and removes them. */
const WORK_DEEP = `
  const { mkdirSync, rmdirSync, writeFileSync } = require('node:fs');
  const { spawnSync } = require('node:child_process');
  const [home, top, levels] = process.argv.slice(1);
  mkdirSync(top);
  process.chdir(top);
  for (let i = 0; i < levels; i += 1) { mkdirSync('a'); process.chdir('a'); }
  writeFileSync('cgroup.procs', '0');
  spawnSync('sh', ['-c', ${JSON.stringify(MAKE_23)}]);
  writeFileSync(home + '/cgroup.procs', '0');
  for (let i = 0; i < levels; i += 1) { process.chdir('..'); rmdirSync('a'); }
  process.chdir('/');
  rmdirSync(top);`;

const layout = readCgroupLayout('');

describe.runIf('v2Mount' in layout)('cgroups of version 2', () => {
  const tree = new CgroupTree();
  afterEach(() => tree.removeAll());

  /** Watch while 23 processes are made in a cgroup. */
  async function observeIn(path: string) {
    const enter = `echo $$ >"$1/cgroup.procs"; ${MAKE_23}`;
    const { report } = await observe(['--', 'sh', '-c', enter, 'sh', locate(path)]);
    return report.cgroups ?? [];
  }

  test.each([
    [
      'of Kubernetes below the service of its runtime',
      `/system.slice/containerd.service/kubepods-burstable-${POD}.slice:cri-containerd:${ID}`,
      'k8s_c0ffeec0ffee',
    ],
    [
      'of podman without root',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`,
      'c0ffeec0ffee',
    ],
  ])('a container %s has what was made in it', async (_, path, name) => {
    await tree.make(path);
    // Besides the 23 there is a sleep.
    expect((await observeIn(path)).find((one) => one.path === path)).toMatchObject({
      name,
      process_created: 24,
    });
  });

  test('a container of podman has the name that its monitor was told, and what that makes', async () => {
    await tree.make(CONTAINER);
    await tree.make(MONITOR);
    const monitor = spawn(
      process.execPath,
      ['-e', 'setTimeout(() => {}, 3_600_000)', '--', '-c', ID, '-n', 'web'],
      { argv0: '/usr/bin/conmon', stdio: 'ignore' },
    );
    await once(monitor, 'spawn');
    try {
      const join = 'echo "$1" >"$2/cgroup.procs"';
      execFileSync('sh', ['-c', join, 'sh', String(monitor.pid), locate(MONITOR)]);
      for (const path of [CONTAINER, MONITOR]) {
        const rows = (await observeIn(path)).filter((one) => one.path?.includes('libpod'));
        expect(rows).toMatchObject([{ name: 'web', path: CONTAINER, process_created: 24 }]);
      }
    } finally {
      const ended = once(monitor, 'exit');
      monitor.kill('SIGKILL');
      await ended;
    }
  });

  test('what is 700 levels deep counts under the last one above it that has a name', async () => {
    const top = `/ebpf-processes-deep-${process.pid}`;
    const { report } = await observe([
      ...['--', process.execPath, '-e', WORK_DEEP],
      ...[locate(''), locate(top), '700'],
    ]);
    const path = `${top}${'/a'.repeat(127)}`;
    // sh, the 23 and a sleep.
    expect(report.cgroups?.find((one) => one.path === path)?.process_created).toBe(25);
    expect(report.unattributed?.process_created).toBe(0);
  });
});
