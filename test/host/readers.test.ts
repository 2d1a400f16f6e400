import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readFunctions } from '../../src/host/functions.ts';
import { parseKernelConfig, readKernelConfig } from '../../src/host/kernel-config.ts';
import { readLockdown } from '../../src/host/lockdown.ts';
import { findRejection, readRejection } from '../../src/host/reject-list.ts';
import { readFtrace, readKprobes } from '../../src/host/switches.ts';
import { decodeOctal, parseTraceMounts } from '../../src/procfs/mounts.ts';
import { makeTemporaryDirectory, writeFileBelow } from '../scopes/cgroups/temporary-tree.ts';

const RELEASE = '6.1.0-50-cloud-amd64';
const NO_CONFIG = { source: undefined, options: new Map() };

/** A machine of these files alone. */
function plant(files: Readonly<Record<string, string | Buffer>>): string {
  const root = makeTemporaryDirectory();
  for (const [path, content] of Object.entries(files)) writeFileBelow(root, path, content);
  return root;
}

describe('the options of the kernel', () => {
  const TEXT =
    '# CONFIG_KPROBES is not set\nCONFIG_BPF=y\nCONFIG_NVME=m\nCONFIG_LSM="lockdown,bpf"\n';

  test('are those that are set, with their values', () => {
    expect(parseKernelConfig(TEXT)).toEqual(
      new Map([
        ['BPF', 'y'],
        ['NVME', 'm'],
        ['LSM', 'lockdown,bpf'],
      ]),
    );
  });

  test.each([
    '/boot/config-6.1.0-50-cloud-amd64',
    '/lib/modules/6.1.0-50-cloud-amd64/config',
    '/usr/lib/modules/6.1.0-50-cloud-amd64/config',
    '/lib/modules/6.1.0-50-cloud-amd64/build/.config',
    '/usr/lib/ostree-boot/config-6.1.0-50-cloud-amd64',
  ])('are read from %s', (file) => {
    const config = readKernelConfig(RELEASE, plant({ [file]: TEXT }));
    expect(config.source).toBe(file);
    expect(config.options.get('BPF')).toBe('y');
  });

  test("are the running kernel's own where it tells them", () => {
    const root = plant({
      '/proc/config.gz': gzipSync('CONFIG_BPF_JIT=y\n'),
      '/boot/config-6.1.0-50-cloud-amd64': TEXT,
    });
    expect(readKernelConfig(RELEASE, root)).toEqual({
      source: '/proc/config.gz',
      options: new Map([['BPF_JIT', 'y']]),
    });
  });

  test('are not taken from a broken or empty file, nor from another kernel', () => {
    const root = plant({
      '/proc/config.gz': 'no gzip',
      '/boot/config-6.1.0-50-cloud-amd64': '',
      '/boot/config-6.1.0-49-cloud-amd64': TEXT,
    });
    expect(readKernelConfig(RELEASE, root)).toEqual(NO_CONFIG);
  });
});

describe('the lockdown', () => {
  const built = (option: string) => ({ source: '/boot/config', options: new Map([[option, 'y']]) });

  test.each([
    ['none [integrity] confidentiality\n', 'integrity'],
    ['none integrity [confidentiality]\n', 'confidentiality'],
    ['[none] integrity confidentiality\n', 'none'],
  ])('is what the kernel says: %j', (content, state) => {
    const root = plant({ '/sys/kernel/security/lockdown': content });
    expect(readLockdown(NO_CONFIG, root)).toEqual({
      state,
      source: '/sys/kernel/security/lockdown',
    });
  });

  test('is what the kernel was started with where securityfs is not mounted', () => {
    const root = plant({ '/proc/cmdline': 'quiet lockdown=confidentiality ro\n' });
    expect(readLockdown(NO_CONFIG, root).state).toBe('confidentiality');
  });

  test.each([
    ['LOCK_DOWN_KERNEL_FORCE_INTEGRITY', 'integrity'],
    ['LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY', 'confidentiality'],
    ['LOCK_DOWN_IN_EFI_SECURE_BOOT', 'unknown'],
    ['BPF', 'none'],
  ])('is told by CONFIG_%s where nothing else tells: %s', (option, state) => {
    expect(readLockdown(built(option), plant({})).state).toBe(state);
  });

  test('is unknown where nothing tells', () => {
    expect(readLockdown(NO_CONFIG, plant({})).state).toBe('unknown');
  });
});

describe('the mounts', () => {
  test('of tracefs and debugfs are found wherever they are', () => {
    const mountinfo = [
      '23 1 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw',
      '42 23 0:13 / /sys/kernel/tracing rw,relatime - tracefs tracefs rw',
      '85 23 0:8 / /mnt/my\\040debugfs rw shared:3 master:1 - debugfs none rw',
      '',
    ].join('\n');
    expect(parseTraceMounts(mountinfo, 'nodev\tproc\n\text4\nnodev\ttracefs\n')).toEqual({
      tracefs: ['/sys/kernel/tracing'],
      debugfs: ['/mnt/my debugfs'],
      covers: [],
      offered: new Set(['proc', 'ext4', 'tracefs']),
    });
  });

  test('of a name with any byte, and with what only looks like one', () => {
    expect(decodeOctal('a\\040\\377\\477\\04')).toBe('a \xff\\477\\04');
  });

  test.each([
    [
      'the same place',
      '505 42 0:68 / /sys/kernel/tracing rw - tmpfs none rw',
      '/sys/kernel/tracing',
    ],
    ['a directory above', '505 23 0:68 / /sys/kernel rw - tmpfs none rw', '/sys/kernel'],
  ])('of tracefs are hidden by a later mount at %s', (_, later, point) => {
    const found = parseTraceMounts(
      `23 1 0:21 / /sys rw - sysfs sysfs rw\n42 23 0:13 / /sys/kernel/tracing rw - tracefs tracefs rw\n${later}\n`,
      undefined,
    );
    expect(found.tracefs).toEqual([]);
    expect(found.covers).toMatchObject([{ type: 'tmpfs', point }]);
  });

  test('of tracefs are hidden where a unit of systemd has something else in their place', () => {
    const line =
      '181 180 0:42 /host/inaccessible/dir /sys/kernel/tracing ro shared:50 master:6 - tmpfs tmpfs rw,mode=755\n';
    const found = parseTraceMounts(line, undefined);
    expect(found.tracefs).toEqual([]);
    expect(found.covers).toMatchObject([{ type: 'tmpfs', point: '/sys/kernel/tracing' }]);
  });

  test('of tracefs are not hidden by another tracefs, nor by a mount of a longer name', () => {
    const line = (id: number, point: string, type: string) =>
      `${id} 1 0:13 / ${point} rw - ${type} x rw\n`;
    const found = parseTraceMounts(
      line(1, '/sys/kernel/tracing', 'tracefs') +
        line(2, '/sys/kernel/tracing', 'tracefs') +
        line(3, '/sys/kernel/tracing2', 'tmpfs'),
      undefined,
    );
    expect(found).toMatchObject({ tracefs: ['/sys/kernel/tracing'], covers: [] });
  });

  test('of types that are no types are none', () => {
    const { offered } = parseTraceMounts('', `${'a'.repeat(2 ** 20)} `);
    expect(offered).toBeUndefined();
  });

  test.each(['', 'no mountinfo', '- tracefs'])('are none in %j', (text) => {
    expect(parseTraceMounts(text, undefined)).toEqual({
      tracefs: [],
      debugfs: [],
      covers: [],
      offered: undefined,
    });
  });
});

describe('a function', () => {
  const LIST = '/sys/kernel/tracing/available_filter_functions';
  const read = (files: Record<string, string>, typed?: string[]) =>
    readFunctions(['release_task', 'kernel_clone'], {
      typed: typed === undefined ? undefined : new Set(typed),
      root: plant(files),
    });

  test('is traceable where the kernel lists it, by its whole name', () => {
    expect(read({ [LIST]: 'do_release_task\nrelease_task\nkernel_clone_x\n' })).toEqual(
      new Map([['release_task', { listed: true, typed: false }]]),
    );
  });

  test('that only the types know is not traceable', () => {
    expect(read({ [LIST]: 'release_task\n' }, ['kernel_clone']).get('kernel_clone')).toEqual({
      listed: false,
      typed: true,
    });
  });

  test('is there, and may be traceable, where the list is closed', () => {
    expect(read({}, ['release_task'])).toEqual(
      new Map([['release_task', { listed: undefined, typed: true }]]),
    );
  });

  test('is looked for among all symbols where there are no types either', () => {
    const symbols = '0000000000000000 T release_task\n0000000000000000 t kernel_clone.cold\n';
    expect(read({ '/proc/kallsyms': symbols })).toEqual(
      new Map([['release_task', { listed: undefined, typed: false }]]),
    );
  });
});

describe('kprobes', () => {
  test.each<[string, Record<string, string>, string]>([
    ['offered by perf', { '/sys/bus/event_source/devices/kprobe/type': '6\n' }, 'available'],
    ['offered by tracefs', { '/sys/kernel/tracing/kprobe_events': '' }, 'available'],
    ['offered by nothing', {}, 'absent'],
    [
      'switched off',
      {
        '/sys/bus/event_source/devices/kprobe/type': '6\n',
        '/sys/kernel/debug/kprobes/enabled': '0\n',
      },
      'disabled',
    ],
  ])('%s', (_, files, state) => {
    expect(readKprobes(NO_CONFIG, plant(files))).toBe(state);
  });
});

test.each([
  ['0\n', 'disabled'],
  ['1\n', 'enabled'],
])('ftrace_enabled %j is %s', (content, state) => {
  expect(readFtrace(plant({ '/proc/sys/kernel/ftrace_enabled': content }))).toBe(state);
});

describe("Netdata's list of rejected kernels", () => {
  test('names a kernel by the begin of its version, and ends at the first empty line', () => {
    const list = 'Ubuntu 4.18.0\n\nUbuntu 5.4\n';
    expect(findRejection(list, 'Ubuntu 4.18.0-10.11-generic')).toBe('Ubuntu 4.18.0');
    expect(findRejection(list, 'Ubuntu 5.4.0-1')).toBeUndefined();
    expect(findRejection(list, 'Linux version 4.18.0')).toBeUndefined();
  });

  test('is the first that is found, and says where', () => {
    const root = plant({
      '/etc/netdata/ebpf.d/ebpf_kernel_reject_list.txt': 'Linux version 6.1\n',
      '/usr/lib/netdata/conf.d/ebpf.d/ebpf_kernel_reject_list.txt': 'Linux\n',
      '/proc/version': 'Linux version 6.1.0-50-cloud-amd64 (debian-kernel)\n',
    });
    expect(readRejection(['/etc/netdata', '/usr/lib/netdata/conf.d'], root)).toBe(
      '/etc/netdata/ebpf.d/ebpf_kernel_reject_list.txt: Linux version 6.1',
    );
    expect(readRejection(['/nowhere'], root)).toBeUndefined();
  });
});
