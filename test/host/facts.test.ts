import { expect, test } from 'vitest';
import { isAtLeast } from '../../src/host/facts.ts';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';

test.each([
  ['6.18.44-cloud-amd64', 6, 18],
  ['5.10.0-28-amd64', 5, 10],
  ['4.18.0-553.el8_10.x86_64', 4, 18],
  ['6.12-rc3', 6, 12],
  ['6.1', 6, 1],
  ['', 0, 0],
  ['unknown', 0, 0],
  ['5.22337203685477580', 0, 0],
])('the kernel release %j is %d.%d', (release, major, minor) => {
  expect(parseKernelRelease(release)).toEqual({ release, major, minor });
});

test.each([
  [{ major: 6, minor: 7 }, true],
  [{ major: 6, minor: 18 }, true],
  [{ major: 7, minor: 0 }, true],
  [{ major: 6, minor: 6 }, false],
  [{ major: 5, minor: 19 }, false],
])('%j is at least 6.7: %s', (version, expected) => {
  expect(isAtLeast(version, 6, 7)).toBe(expected);
});
