import { describe, expect, test } from 'vitest';
import { PROC_SUPER_MAGIC } from '../../../src/host/views/proc-roots.ts';
import {
  parseTimeOffsets,
  readSuspendedTime,
  readTimeOffsets,
} from '../../../src/host/views/suspended-time.ts';
import { plant, statOf } from './plant.ts';

const HERE = { monotonic: 0n, boottime: 0n };
const OFFSETS = 'monotonic         -8  500000000\nboottime        5000         0\n';
const kernels = () => PROC_SUPER_MAGIC;
const virtual = () => 0x1021994;

/** We started 100 s after boot by the monotonic clock, and so many clock ticks after boot by the other one. */
function start(ticks: number, offsets = '') {
  return {
    root: plant({
      '/proc/uptime': '5.00 5.00\n',
      '/proc/self/stat': statOf(7, 'node', 1, 0, ticks),
      '/proc/self/timens_offsets': offsets,
    }),
    own: { monotonicNs: 100_000_000_000n },
  };
}

describe('how long the machine was suspended', () => {
  test('is told by the kernel’s own uptime', () => {
    const { root, own } = start(10_000);
    expect(readSuspendedTime([root], 'first', own, kernels)).toEqual({
      by: 'uptime',
      file: `${root}/proc/uptime`,
    });
  });

  test('is told by the host’s uptime where ours is virtual', () => {
    const [container, host] = [start(10_000), start(10_000)];
    const typeOf = (path: string) => (path.startsWith(host.root) ? PROC_SUPER_MAGIC : 0);
    expect(readSuspendedTime([container.root, host.root], 'first', host.own, typeOf)).toEqual({
      by: 'uptime',
      file: `${host.root}/proc/uptime`,
    });
  });

  test('is nothing where it is virtual, and both clocks agree on our own start', () => {
    const { root, own } = start(9_998);
    expect(readSuspendedTime([root], 'first', own, virtual)).toEqual({ by: 'never' });
  });

  test('is not known where it is virtual, and they do not agree', () => {
    const { root, own } = start(70_000);
    expect(readSuspendedTime([root], 'first', own, virtual)).toEqual({
      by: 'unknown',
      problem: "/proc/uptime is not the kernel's own, and this machine was suspended",
    });
  });

  test('is nothing also in a time namespace, whose offsets are in both', () => {
    const { root } = start(10_000 + 500_000, OFFSETS);
    const own = { monotonicNs: 92_500_000_000n };
    expect(readSuspendedTime([root], 'nested', own, virtual)).toEqual({ by: 'never' });
  });

  test('is not known without /proc', () => {
    expect(readSuspendedTime([plant({})], 'unknown', { monotonicNs: 0n })).toEqual({
      by: 'unknown',
      problem: '/proc/uptime cannot be read',
    });
  });
});

describe('the offsets of a time namespace', () => {
  test('are read by clock', () => {
    const expected = { monotonic: -7_500_000_000n, boottime: 5_000_000_000_000n };
    expect(parseTimeOffsets(OFFSETS)).toEqual(expected);
    expect(readTimeOffsets([plant({}), start(1, OFFSETS).root], 'nested')).toEqual(expected);
  });

  test('are our children’s, and not ours, where we are in the first', () => {
    expect(readTimeOffsets([start(1, OFFSETS).root], 'first')).toEqual(HERE);
  });

  test.each(['', 'monotonic', 'something else'])('are none without the file: %j', (text) => {
    expect(parseTimeOffsets(text)).toEqual(HERE);
  });
});
