import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAudit, buildAuditEdge } from '../../src/counters/audit.ts';
import { buildReading, buildSample } from '../builders.ts';

const CPUS = 2;
const MS = 1_000_000;

describe('the edge', () => {
  test('is one task a CPU before there is a pace', () => {
    expect(buildAuditEdge(undefined, buildReading({ latenessNs: 50 * MS }), CPUS)).toBe(2);
  });

  test.each([
    ['100 tasks in 100 ms, read 10 ms late', { elapsed: 100, late: 10, tasks: 100 }, 20 + CPUS],
    ['a part of a task counts whole', { elapsed: 100, late: 10, tasks: 101 }, 21 + CPUS],
    ['nothing happens', { elapsed: 100, late: 10, tasks: 0 }, CPUS],
    ['read at once', { elapsed: 100, late: 0, tasks: 100 }, CPUS],
    ['no time between two readings', { elapsed: 0, late: 10, tasks: 100 }, CPUS],
  ])(
    'is twice the pace, because of bursts, times the lateness: %s',
    (_, { elapsed, late, tasks }, edge) => {
      const previous = buildReading({ kernelNs: 0, latenessNs: 0, tasksCreated: 1000 });
      const current = buildReading({
        // The pace is that between the two readings of /proc/stat.
        kernelNs: (elapsed - late) * MS,
        latenessNs: late * MS,
        tasksCreated: 1000 + tasks,
      });
      expect(buildAuditEdge(previous, current, CPUS)).toBe(edge);
    },
  );
});

describe('the two counts', () => {
  const open = buildSample({ process_created: 10, thread_created: 5 }, { tasksCreated: 1000 });

  test.each([
    ['agree', { created: 100, proc_stat: 100 }, 100],
    ['agree within the edge of both ends', { created: 96, proc_stat: 100 }, 100],
    ['agree within the edge, the other way update', { created: 104, proc_stat: 100 }, 100],
    ['differ by more than the edge', { created: 75, proc_stat: 100 }, 75],
    ['may differ the other way update', { created: 125, proc_stat: 100 }, 125],
    ['are both nothing', { created: 0, proc_stat: 0 }, 100],
  ])('%s', (_, { created, proc_stat }, completeness) => {
    const close = buildSample(
      { process_created: 10 + created, thread_created: 5 },
      { tasksCreated: 1000 + proc_stat },
    );
    expect(buildAudit(open, close)).toEqual({ created, proc_stat, edge: 4, completeness });
  });

  test('take in what the kernel skipped, of which only the kind is not known', () => {
    const close = buildSample(
      { process_created: 60, thread_created: 35 },
      { tasksCreated: 1100, missed: { create: 20, exit: 7, error: 9 } },
    );
    expect(buildAudit(open, close)).toMatchObject({ created: 100, completeness: 100 });
  });

  test.each([
    ['processes', { process_created: null }],
    ['threads', { thread_created: null }],
  ])('cannot be compared where %s are not counted', (_, absent) => {
    const close = buildSample(absent, { tasksCreated: 1100 });
    expect(buildAudit(open, close)).toMatchObject({
      created: null,
      proc_stat: 100,
      completeness: null,
    });
  });

  test('give a completeness that is a number, or none where /proc/stat did not grow', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (created, tasks) => {
        const close = buildSample(
          { process_created: 10 + created, thread_created: 5 },
          { tasksCreated: 1000 + tasks },
        );
        const { completeness, edge } = buildAudit(open, close);
        if (tasks === 0 && created > edge) expect(completeness).toBeNull();
        else expect(Number.isFinite(completeness) && Number(completeness) >= 0).toBe(true);
      }),
    );
  });
});
