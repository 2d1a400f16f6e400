import { describe, expect, test } from 'vitest';
import { PROC_SUPER_MAGIC } from '../../../src/host/views/proc-roots.ts';
import { readTaskNumbers } from '../../../src/host/views/task-numbers.ts';
import { plant } from './plant.ts';

describe('the kernel’s own numbers of tasks', () => {
  const STAT = 'cpu  1 2 3\nprocesses 4711\nprocs_running 1\n';
  const LOADAVG = '0.20 0.18 0.12 1/80 11206\n';
  const BOTH = { '/proc/stat': STAT, '/proc/loadavg': LOADAVG };
  const kernels = () => PROC_SUPER_MAGIC;

  test('are had where both files are the kernel’s', () => {
    const root = plant(BOTH);
    expect(readTaskNumbers([root], kernels)).toEqual({ root });
  });

  test.each<[string, Record<string, string>, string]>([
    ['left out by subset=pid', {}, '/proc/stat cannot be read'],
    ['half left out', { '/proc/stat': STAT }, '/proc/loadavg cannot be read'],
    [
      'zero, as gVisor says',
      { '/proc/stat': STAT.replace('4711', '0'), '/proc/loadavg': LOADAVG },
      '/proc/stat holds no number of tasks',
    ],
    [
      'zero for the live ones',
      { '/proc/stat': STAT, '/proc/loadavg': '0.00 0.00 0.00 0/0 0\n' },
      '/proc/loadavg holds no number of tasks',
    ],
    [
      'something else',
      { '/proc/stat': 'cpu 1\n', '/proc/loadavg': LOADAVG },
      '/proc/stat holds no number of tasks',
    ],
  ])('are not had where they are %s', (_, files, problem) => {
    expect(readTaskNumbers([plant(files)], kernels)).toEqual({ problem });
  });

  test('are not had where lxcfs answers for one of the files', () => {
    const FUSE = 0x65735546;
    const typeOf = (path: string) => (path.endsWith('loadavg') ? FUSE : PROC_SUPER_MAGIC);
    expect(readTaskNumbers([plant(BOTH)], typeOf)).toEqual({
      problem:
        "/proc/loadavg is not the kernel's own: another file system is mounted over it, as lxcfs does in containers",
    });
    expect(readTaskNumbers([plant(BOTH)])).toMatchObject({
      problem: expect.stringMatching(/^\/proc\/stat is not the kernel's own/),
    });
  });

  test('are the host’s where ours are not the kernel’s', () => {
    const [own, host] = [plant(BOTH), plant(BOTH)];
    const typeOf = (path: string) => (path.startsWith(own) ? 0 : PROC_SUPER_MAGIC);
    expect(readTaskNumbers([own, host], typeOf)).toEqual({ root: host });
  });
});
