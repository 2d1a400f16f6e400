import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { parseVersion } from '../../src/host/bpftrace.ts';

describe('what bpftrace --version prints', () => {
  test.each([
    ['bpftrace v0.17.0\n', '0.17.0', 0, 17],
    ['bpftrace v0.23.2-1-gabcdef\n', '0.23.2-1-gabcdef', 0, 23],
    ['some warning\nbpftrace v0.11.3\n', '0.11.3', 0, 11],
    ['bpftrace v1.2', '1.2', 1, 2],
  ])('%j is version %s', (printed, version, major, minor) => {
    const path = '/usr/bin/bpftrace';
    expect(parseVersion(path, printed)).toEqual({ path, version, major, minor });
  });

  test.each([
    '',
    'hello',
    'bpftrace v0',
    'bpftrace v.17',
    ' bpftrace v0.17',
    'bpftrace v0.9237203685477580',
  ])('%j is none', (printed) => {
    expect(() => parseVersion('/x', printed)).toThrow(UserError);
  });
});
