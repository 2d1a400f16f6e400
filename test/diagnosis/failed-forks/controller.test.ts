import { expect, test } from 'vitest';
import { findPath } from '../../../src/diagnosis/failed-forks/controller.ts';

test.each([
  [1, '8:cpu,pids:/docker/x\n0::/other\n', '/docker/x'],
  [2, '8:cpu,pids:/docker/x\n0::/other\n', '/other'],
  [2, '0::/\n', ''],
  [2, '0::/../other\n', undefined],
  [1, '8:pids:/..\n', undefined],
  [1, '8:memory:/a\n', undefined],
] as const)('of version %i the pids cgroup in %j is %j', (version, text, path) => {
  expect(findPath({ version }, 'pids', text)).toBe(path);
});
