import { expect, test } from 'vitest';
import { toChartId, toDottedId } from '../../../src/scopes/cgroups/chart-id.ts';
import { fnv1, fnv1a } from '../../../src/scopes/cgroups/fnv.ts';
import { anyText } from '../../any-text.ts';
import { fc } from '../../property.ts';

// The types of charts that Netdata 1.37.1 made of cgroups with these names.
test.each([
  ['/', '_'],
  ['/mygroup/sub/deep', 'mygroup_sub_deep'],
  ['/my.group', 'my-group'],
  ['/my group', 'my_group'],
  ['/UPPER', 'upper'],
  ["/quo'te", 'quo_te'],
  ['/dou"ble', 'dou_ble'],
  ['/a=b', 'a_b'],
  ['/x@y', 'x_y'],
  ['/..x', '--x'],
  ['/comma,name', 'comma-name'],
  ['/semi;colon', 'semi_colon'],
  ['/\u00c3\u00bcn\u00c3\u00af', '__n__'],
  ['/foo.slice/inner', 'foo-slice_inner'],
  ['/sys-devices\\x2dfoo', 'sys-devices_x2dfoo'],
  ['web-1_2', 'web-1_2'],
  ['', '_'],
])('%j is %j in a chart id', (name, id) => {
  expect(toChartId(name)).toBe(id);
});

test('dots stay in what is shown to people', () => {
  expect(toDottedId('/system.slice/My,x.scope')).toBe('system.slice_my.x.scope');
});

test('a chart id is safe, and stays what it is when it is made again', () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const id = toChartId(name);
      expect(id).toMatch(/^[a-z0-9_-]+$/);
      expect(toChartId(id)).toBe(id);
    }),
  );
});

test('the hashes are those of Netdata', () => {
  expect(fnv1('cgroup_/')).toBe(0x89f2e7a7);
  expect(fnv1a('a')).toBe(0xe40c292c);
  expect(fnv1a('')).toBe(0x811c9dc5);
  expect(fnv1('')).toBe(0x811c9dc5);
});
