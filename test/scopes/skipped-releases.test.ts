import { expect, test } from 'vitest';
import { SkippedReleases } from '../../src/scopes/skipped-releases.ts';

test('what was skipped is searched for once a dump is taken that began after it was read', () => {
  const skipped = new SkippedReleases();
  skipped.take({ count: 2, readAtNs: 150 }, 100);
  expect([skipped.missing, skipped.searchable]).toEqual([2, 0]);
  // The reader is late: this dump, too, began before the kernel was asked.
  skipped.take({ count: 5, readAtNs: 400 }, 140);
  expect([skipped.missing, skipped.searchable]).toEqual([5, 0]);
  skipped.take({ count: 5, readAtNs: 500 }, 300);
  expect([skipped.missing, skipped.searchable]).toEqual([5, 2]);
});

test('what is found is neither missing nor searched for, also where it is said only later', () => {
  const skipped = new SkippedReleases();
  skipped.take({ count: 3, readAtNs: 0 }, 0);
  expect(skipped.find(2)).toBe(2);
  expect([skipped.missing, skipped.searchable, skipped.found]).toEqual([1, 1, 2]);
  skipped.find(3);
  expect([skipped.missing, skipped.searchable]).toEqual([0, 0]);
  skipped.take({ count: 6, readAtNs: 0 }, 0);
  expect([skipped.missing, skipped.searchable]).toEqual([1, 1]);
});

test('what was before a reset is nothing to look for', () => {
  const skipped = new SkippedReleases();
  skipped.take({ count: 3, readAtNs: 0 }, 0);
  skipped.reset();
  skipped.take({ count: 4, readAtNs: 0 }, 0);
  expect([skipped.missing, skipped.searchable, skipped.found]).toEqual([1, 1, 0]);
});
