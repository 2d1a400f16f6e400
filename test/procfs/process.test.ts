import { describe, expect, test } from 'vitest';
import { parseStat, readProcess } from '../../src/procfs/process.ts';
import { fc } from '../property.ts';

describe('the stat of a process', () => {
  test.each([
    ['a name', 'cron'],
    ['nothing', ''],
    ['spaces', 'Web Content'],
    ['parentheses', '(sd-pam)'],
    ['the end of a comm and another state', 'a) R 1 2 ('],
    ['line breaks', 'a\nb) S 9\n'],
    ['bytes that are no text', '\xff\xfe\x01'],
  ])('has a comm of %s', (_, comm) => {
    expect(parseStat(statOf(comm, 42, 1_234_567))).toEqual({
      comm,
      state: 'S',
      parent: 42,
      startTicks: 1_234_567,
      threads: 7,
      flags: 7,
    });
  });

  test('may have any comm', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii' }),
        fc.nat(),
        fc.nat(),
        (comm, parent, ticks) => {
          const expected = {
            comm,
            state: 'S',
            parent,
            startTicks: ticks,
            threads: 7,
            flags: 7,
          };
          expect(parseStat(statOf(comm, parent, ticks))).toEqual(expected);
        },
      ),
    );
  });

  test.each([
    ['nothing', ''],
    ['no comm', '7 S 1 2 3'],
    ['only the begin', '7 (cron) S 1 7 7'],
    ['words for numbers', statOf('cron', Number.NaN, 1)],
    ['a parent below 0', statOf('cron', -1, 1)],
    ['a part of a number', statOf('cron', 1, 1.5)],
    ['a number that a double does not hold', statOf('cron', 1, 1e16)],
    ['no number of threads', statOf('cron', 1, 1).replace(/^((?:\S+ ){19})\S+/, '$1x')],
  ])('that is %s says nothing', (_, stat) => {
    expect(parseStat(stat)).toBeUndefined();
  });
});

describe('a process', () => {
  test('that lives is read', () => {
    expect(readProcess(process.pid)).toMatchObject({ parent: process.ppid });
    expect(readProcess(process.pid)?.cmdline).toContain('\0');
  });

  test('that is gone is none', () => {
    expect(readProcess(2 ** 30)).toBeUndefined();
    expect(readProcess(process.pid, '/nowhere')).toBeUndefined();
  });
});

/** As the kernel prints it: 52 fields, the parent is the fourth and the start the 22nd. Flags of 7 hold PF_EXITING. */
function statOf(comm: string, parent: number, startTicks: number): string {
  const before = Array.from({ length: 17 }, () => '7').join(' ');
  const after = Array.from({ length: 30 }, () => '0').join(' ');
  return `7 (${comm}) S ${parent} ${before} ${startTicks} ${after}\n`;
}
