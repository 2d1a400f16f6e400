import { expect, test } from 'vitest';
import { listTicks, roundUp, shortTime } from '../../../src/report/html/scale.ts';
import { renderStackedChart } from '../../../src/report/html/stacked-chart.ts';

test('each layer stands on the one below, in steps', () => {
  const { text } = renderStackedChart({
    label: 'x',
    edges: [0, 1, 4],
    gaps: [],
    layers: [
      { name: 'a', className: 'series0', values: [4, 2] },
      { name: 'b', className: 'series1', values: [6, 0] },
    ],
  });
  // The highest sum is 10, the upper end: from above 100 is nothing and 0 is all.
  expect(text).toContain('<path class="series0" d="M0 100V60H25V80H100V100H25V100H0Z"/>');
  expect(text).toContain('<path class="series1" d="M0 100V0H25V80H100V80H25V60H0Z"/>');
  expect(text).toContain('<title>1 s to 4 s: 2 a second, a 2</title>');
});

test('many intervals share a strip to point at, with the rate over all of its time', () => {
  const values = Array.from({ length: 600 }, (_, i) => (i % 5 === 0 ? 50 : 0));
  const { text } = renderStackedChart({
    label: 'x',
    edges: Array.from({ length: 601 }, (_, i) => i / 10),
    gaps: [7],
    layers: [{ name: 'a', className: 'series0', values }],
  });
  expect(text.match(/class="hover"/g)).toHaveLength(120);
  expect(text).toContain('<title>0 s to 0.5 s: 10 a second, a 10</title>');
  expect(text).toContain('<title>0.5 s to 1 s: 10 a second, a 10, not all was counted</title>');
});

test.each([
  [5, 6, [0, 1, 2, 3, 4, 5]],
  [9.2, 6, [0, 2, 4, 6, 8]],
  [0.4, 6, [0, 0.1, 0.2, 0.30000000000000004, 0.4]],
  [0, 6, [0]],
])('ticks of %s', (end, most, ticks) => {
  expect(listTicks(end, most)).toEqual(ticks);
});

test.each([
  [7, 10],
  [1, 1],
  [0.03, 0.05],
  [1_300, 2_000],
])('%s is rounded up to %s', (value, rounded) => {
  expect(roundUp(value)).toBeCloseTo(rounded, 9);
});

test.each([
  [90, 120, '90 s'],
  [90, 600, '1.5 min'],
  [5_400, 86_400, '1.5 h'],
])('%s of %s seconds', (seconds, end, text) => {
  expect(shortTime(seconds, end)).toBe(text);
});
