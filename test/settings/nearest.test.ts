import { expect, test } from 'vitest';
import { findNearest } from '../../src/settings/nearest.ts';
import { OPTIONS } from '../../src/settings/options.ts';

const NAMES = OPTIONS.flatMap(({ name }) => name ?? []);

test.each([
  ['update evry', 'update every'],
  ['updat eevery', 'update every'],
  ['Update Every', 'update every'],
  ['update_every', 'update every'],
  ['load mode', 'ebpf load mode'],
  ['app', 'apps'],
  ['aps', 'apps'],
  ['cgroup', 'cgroups'],
  ['table size', 'pid table size'],
  ['type format', 'ebpf type format'],
  ['ebpf core tracing', 'ebpf co-re tracing'],
  ['maps-per-core', 'maps per core'],
  ['lifetme', 'lifetime'],
  ['colour', undefined],
  ['', undefined],
])('%j is nearest to %s', (word, nearest) => {
  expect(findNearest(word, NAMES)).toBe(nearest);
});

test('a word of a megabyte is near to none', () => {
  expect(findNearest('x'.repeat(2 ** 20), NAMES)).toBeUndefined();
});
