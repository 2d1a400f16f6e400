import { describe, expect, test } from 'vitest';
import { type History, listRates, NO_HISTORY, remember } from '../../src/watch/history.ts';
import { drawSparkline } from '../../src/watch/sparkline.ts';
import { buildPoint } from './updates.ts';

function watched(...processes: number[]): History {
  return processes.reduce((history, count) => remember(history, buildPoint(count)), NO_HISTORY);
}

describe('rates', () => {
  test('are those of each interval, where all of them have room', () => {
    expect(listRates(watched(0, 2, 7), 'process_created', 2, 150)).toEqual([0, 1, 3.5]);
    expect(listRates(NO_HISTORY, 'process_created', 2, 150)).toEqual([]);
  });

  test('are the highest of several, where they have not', () => {
    // 150 intervals in 50 characters.
    expect(listRates(watched(2, 8, 4, 6), 'process_created', 2, 50)).toEqual([4, 3]);
  });

  test('keep their places when old intervals are forgotten', () => {
    let history = NO_HISTORY;
    let before: readonly (number | null)[] = [];
    for (let i = 0; i < 1_300; i += 1) {
      history = remember(history, buildPoint(i % 37 === 0 ? i : 0));
      const rates = listRates(history, 'process_created', 0.5, 40);
      // The first one loses intervals, and the last one may still grow.
      const middle = rates.slice(1, -2);
      const isShifted = middle.every((rate, k) => rate === before[k + 2]);
      const isSame = middle.every((rate, k) => rate === before[k + 1]);
      if (rates.length === before.length) expect(isShifted || isSame).toBe(true);
      before = rates;
    }
    expect(history.points).toHaveLength(600);
    expect(history.forgotten).toBe(700);
  });

  test('are absent where nothing is counted', () => {
    const point = buildPoint(1);
    const history = remember(NO_HISTORY, {
      ...point,
      counts: { ...point.counts, failed_forks: null },
    });
    expect(listRates(history, 'failed_forks', 2, 10)).toEqual([null]);
  });
});

describe('a sparkline', () => {
  test('has the highest at full height, and shows whatever is not nothing', () => {
    expect(drawSparkline([0, 0.1, 50, 100, null], false)).toBe('▁▂▅█ ');
    expect(drawSparkline([0, 0.1, 50, 100, null], true)).toBe('_.=# ');
  });

  test('is flat where nothing happened', () => {
    expect(drawSparkline([0, 0], false)).toBe('▁▁');
    expect(drawSparkline([], false)).toBe('');
  });
});
