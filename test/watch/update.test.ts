import { expect, test } from 'vitest';
import { toPoint } from '../../src/watch/update.ts';
import { buildClose, buildCounters, buildSnapshot } from '../report/observation.ts';

test('a point is what happened between two snapshots', () => {
  const counted = { process_created: 5, thread_created: 6, exec: 7, errors: { 11: 2 } };
  const more = { process_created: 9, thread_created: 6, exec: null, errors: { 11: 4, 22: 1 } };
  const window = {
    open: buildSnapshot({ counters: { ...counted, exec: null } }),
    close: buildClose({ counters: more, wallMs: 77 }),
  };
  expect(toPoint(window)).toEqual({
    endMs: 77,
    seconds: 10,
    counts: { process_created: 4, thread_created: 0, exec: null, failed_forks: 3 },
  });
  const nothing = buildClose({ counters: { errors: null } });
  expect(toPoint({ open: nothing, close: nothing }).counts.failed_forks).toBeNull();
});

test('where the view is narrowed it is what those did', () => {
  const of = (process_created: number) => ({
    total: buildCounters({ process_created }),
    apps: [],
    cgroups: [],
  });
  const window = {
    open: buildSnapshot({ counters: { process_created: 100 }, narrowed: of(3) }),
    close: buildClose({ counters: { process_created: 900 }, narrowed: of(7) }),
  };
  expect(toPoint(window).counts.process_created).toBe(4);
});
