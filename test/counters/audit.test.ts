import { describe, expect, test } from 'vitest';
import { buildAudit } from '../../src/counters/audit.ts';
import { buildTotals, exactly } from '../builders.ts';

const open = buildTotals({ process_created: 10, thread_created: 5 }, kernel(1000, 1003));

describe('created tasks are held against forks of which the kernel’s number lies between two', () => {
  test.each<[string, number, number | null]>([
    ['as many as at the least', 97, 100],
    ['as many as at the most', 103, 100],
    ['fewer: the share that was counted', 48.5, 50],
    ['more: the share that the kernel knows of', 206, 50],
    ['none at all', 0, 0],
  ])('%s', (_, created, completeness) => {
    const close = buildTotals(
      { process_created: 10 + created, thread_created: 5 },
      kernel(1100, 1103),
    );
    expect(buildAudit(open, close)).toEqual({
      created,
      forks: { low: 97, high: 103 },
      completeness,
    });
  });
});

test('missed creations count as known', () => {
  const close = buildTotals(
    { process_created: 100, thread_created: 5 },
    { ...kernel(1100, 1103), missed: { create: 9, exec: 0, exit: 0, error: 0 } },
  );
  expect(buildAudit(open, close)).toMatchObject({ created: 99, completeness: 100 });
});

test('bounds so wide that half the count would pass check nothing', () => {
  const quiet = buildTotals({ process_created: 40 }, kernel(1020, 1063));
  expect(buildAudit(open, quiet)).toMatchObject({
    forks: { low: 17, high: 63 },
    completeness: null,
  });
  // What lies outside of them is wrong all the same.
  expect(buildAudit(open, buildTotals({ process_created: 23 }, kernel(1020, 1063)))).toMatchObject({
    created: 8,
    completeness: (8 / 17) * 100,
  });
});

test('on a quiet machine nothing is exactly nothing', () => {
  const totals = buildTotals(
    {},
    { kernel: { created: exactly(7), released: exactly(0), zombies: null } },
  );
  expect(buildAudit(totals, totals)).toEqual({
    created: 0,
    forks: { low: 0, high: 0 },
    completeness: 100,
  });
});

test('where one of them is absent nothing is checked', () => {
  const absent = buildTotals({ process_created: null, thread_created: null }, kernel(1000, 1003));
  expect(buildAudit(open, absent)).toMatchObject({ created: null, completeness: null });
  expect(buildAudit(open, buildTotals({}, { kernel: null }))).toMatchObject({
    forks: null,
    completeness: null,
  });
});

function kernel(low: number, high: number) {
  return { kernel: { created: { low, high }, released: exactly(0), zombies: null } };
}
