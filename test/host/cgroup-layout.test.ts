import { expect, test } from 'vitest';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import { makeTemporaryDirectory, writeFileBelow } from '../scopes/cgroups/temporary-tree.ts';

const SYSFS = '23 27 0:22 / /sys rw,relatime - sysfs sysfs rw';
const TMPFS = '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755';
const V1_CPU =
  '32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 master:1 - cgroup cgroup rw,cpu';
const V1_SYSTEMD = '40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd';
const V2_HYBRID = '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw';
const V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
const NET_CLS = '99 30 0:50 / /run/net_cls rw - cgroup net_cls rw,net_cls';

test.each([
  ['version 2 alone', [SYSFS, V2], { kind: 'unified', v2Mount: '/sys/fs/cgroup', v1Mounts: [] }],
  [
    'both, version 2 on a directory beside',
    [SYSFS, TMPFS, V1_CPU, V1_SYSTEMD, V2_HYBRID],
    {
      kind: 'hybrid',
      v2Mount: '/sys/fs/cgroup/unified',
      v1Mounts: ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/systemd'],
    },
  ],
  [
    'version 2, and one controller of version 1 that somebody mounted',
    [V2, NET_CLS],
    { kind: 'unified', v2Mount: '/sys/fs/cgroup', v1Mounts: ['/run/net_cls'] },
  ],
  ['version 1 alone', [TMPFS, V1_CPU], { kind: 'v1', v1Mounts: ['/sys/fs/cgroup/cpu'] }],
  ['neither', [SYSFS], { kind: 'none' }],
  ['an empty file', [''], { kind: 'none' }],
  ['lines that were cut', ['30 23', '31 23 0:28 / /sys/fs/cgroup rw'], { kind: 'none' }],
  [
    'version 2 somewhere else, where the name holds a space',
    ['30 23 0:26 / /mnt/my\\040cgroups rw - cgroup2 none rw'],
    { kind: 'unified', v2Mount: '/mnt/my cgroups', v1Mounts: [] },
  ],
  [
    'a part of version 2 in a container directory before the whole',
    ['50 23 0:26 /docker/0123 /var/lib/x/cgroup rw - cgroup2 cgroup2 rw', V2_HYBRID],
    { kind: 'unified', v2Mount: '/sys/fs/cgroup/unified', v1Mounts: [] },
  ],
])('mountinfo with %s', (_, lines, expected) => {
  const root = makeTemporaryDirectory();
  writeFileBelow(root, '/proc/self/mountinfo', `${lines.join('\n')}\n`);
  expect(readCgroupLayout(root)).toEqual(expected);
});

test('without mountinfo the list of mounts is read', () => {
  const root = makeTemporaryDirectory();
  writeFileBelow(
    root,
    '/proc/mounts',
    'cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n',
  );
  expect(readCgroupLayout(root)).toEqual({
    kind: 'hybrid',
    v2Mount: '/sys/fs/cgroup/unified',
    v1Mounts: ['/sys/fs/cgroup/cpu'],
  });
});

test('without either there are no cgroups', () => {
  expect(readCgroupLayout(makeTemporaryDirectory())).toEqual({ kind: 'none' });
});
