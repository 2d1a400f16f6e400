import { describe, expect, test } from 'vitest';
import {
  chartTypeOf,
  countUsedBytes,
  nameOf,
  parseNetdataShm,
} from '../../../src/scopes/cgroups/parse-netdata-shm.ts';
import { fc } from '../../property.ts';
import { buildRegion, DUPLICATE, SERVICE } from './shared-region.ts';

describe('a region', () => {
  test.each(['1.37', '2.9'] as const)('of Netdata %s gives its cgroups', (version) => {
    const region = buildRegion(
      [
        { name: 'cgroup_/', procsPath: '/sys/fs/cgroup//cgroup.procs', isEnabled: false },
        { name: 'systemd_nginx', options: SERVICE },
        { name: 'cgroup_web', options: DUPLICATE, isEnabled: false, procsPath: '' },
      ],
      { version },
    );
    expect(parseNetdataShm(region)).toEqual([
      {
        name: 'cgroup_/',
        isEnabled: false,
        isDuplicate: false,
        isService: false,
        procsPath: '/sys/fs/cgroup//cgroup.procs',
      },
      {
        name: 'systemd_nginx',
        isEnabled: true,
        isDuplicate: false,
        isService: true,
        procsPath: '/sys/fs/cgroup/web/cgroup.procs',
      },
      { name: 'cgroup_web', isEnabled: false, isDuplicate: true, isService: false, procsPath: '' },
    ]);
  });

  test('may be empty', () => {
    expect(parseNetdataShm(buildRegion([]))).toEqual([]);
  });

  test('needs no bytes behind its last entry', () => {
    const region = buildRegion([{}]);
    expect(parseNetdataShm(region.subarray(0, countUsedBytes(region)))).toHaveLength(1);
  });

  test('keeps a name and a path of the greatest length, and any bytes', () => {
    const name = `cgroup_${'\u00ff'.repeat(247)}`;
    const procsPath = `/${'x'.repeat(4_095)}`;
    expect(parseNetdataShm(buildRegion([{ name, procsPath }]))).toMatchObject([
      { name, procsPath },
    ]);
  });
});

describe('what is no region gives nothing', () => {
  test.each([
    ['no bytes', Buffer.alloc(0)],
    ['a header that was cut', buildRegion([{}]).subarray(0, 23)],
    ['an entry that was cut', buildRegion([{}]).subarray(0, 24 + 4_367)],
    ['another length', buildRegion([{}], { header: { wholeBytes: 4_368_024 } })],
    ['more entries than there can be', buildRegion([{}], { header: { entries: 4 } })],
    ['a negative number of entries', buildRegion([{}], { header: { entries: -1 } })],
    [
      'more entries than anybody has',
      buildRegion([], { header: { entries: 10_001, most: 100_000 } }),
    ],
    ['zeros', Buffer.alloc(8_760)],
    ['ones', Buffer.alloc(8_760, 0xff)],
  ])('%s', (_, region) => {
    expect(parseNetdataShm(region)).toBeUndefined();
  });
});

describe('an entry is left out', () => {
  test.each([
    ['whose hash is that of another name', { name: 'cgroup_web', hash: 0x89f2e7a7 }],
    ['without a name', { name: '' }],
    ['whose name does not end', { name: 'n'.repeat(256) }],
    ['whose path does not end', { procsPath: 'p'.repeat(4_097) }],
  ])('%s', (_, entry) => {
    expect(parseNetdataShm(buildRegion([entry, { name: 'cgroup_good' }]))).toMatchObject([
      { name: 'cgroup_good' },
    ]);
  });
});

test('no bytes make it fail', () => {
  const bytes = fc.uint8Array({ maxLength: 12_000 });
  const spoilt = fc.tuple(fc.nat(8_000), fc.uint8Array({ maxLength: 64 })).map(([at, noise]) => {
    const region = buildRegion([{}, {}]);
    region.set(noise, at);
    return region;
  });
  fc.assert(
    fc.property(fc.oneof(bytes, spoilt), (region) => {
      for (const entry of parseNetdataShm(region) ?? []) {
        expect(chartTypeOf(entry)).toMatch(/^(?:cgroup|systemd)_[a-z0-9_-]+$/);
      }
    }),
  );
});

// What Netdata 1.37.1 shared, and the type of the charts that it drew for the same cgroup; 2.9 shares the type itself.
test.each([
  ['1.37', 'cgroup_aaaaaaaaaaaa', false, 'cgroup_aaaaaaaaaaaa', 'aaaaaaaaaaaa'],
  ['1.37', 'cgroup_my.group', false, 'cgroup_my-group', 'my.group'],
  ['1.37', 'cgroup_lxc/hub', false, 'cgroup_lxc_hub', 'lxc/hub'],
  ['1.37', 'cgroup_..x', false, 'cgroup_--x', '..x'],
  ['1.37', 'cgroup_qemu_myvm.two', false, 'cgroup_qemu_myvm-two', 'qemu_myvm.two'],
  ['1.37', 'cgroup_/', false, 'cgroup__', '/'],
  ['1.37', 'demo', true, 'systemd_demo', 'demo'],
  ['1.37', 'a.b', true, 'systemd_a-b', 'a.b'],
  ['1.37', 'sys-devices/x2dfoo', true, 'systemd_sys-devices_x2dfoo', 'sys-devices/x2dfoo'],
  ['2.9', 'cgroup_my-group', false, 'cgroup_my-group', 'my-group'],
  ['2.9', 'cgroup__', false, 'cgroup__', '_'],
  ['2.9', 'systemd_demo', true, 'systemd_demo', 'demo'],
])('Netdata %s shares %s (service: %s) and draws %s', (_, name, isService, type, shown) => {
  const cgroup = { name, isService, isEnabled: true, isDuplicate: false, procsPath: '' };
  expect(chartTypeOf(cgroup)).toBe(type);
  expect(nameOf(cgroup)).toBe(shown);
});
