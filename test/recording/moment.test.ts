import { describe, expect, test } from 'vitest';
import { parseMoment, resolveMoment } from '../../src/recording/moment.ts';

const BEGAN_MS = Date.UTC(2026, 10, 26, 23, 50, 0, 400);

function resolve(text: string): string | undefined {
  const moment = parseMoment(text);
  return moment && new Date(resolveMoment(moment, BEGAN_MS)).toISOString();
}

describe('a moment of a recording that began at 23:50', () => {
  test.each([
    ['2026-11-26T14:05:00Z', '2026-11-26T14:05:00.000Z'],
    ['2026-11-26T14:05', '2026-11-26T14:05:00.000Z'],
    ['2026-11-26T14:05:00+02:00', '2026-11-26T12:05:00.000Z'],
    ['23:50', '2026-11-26T23:50:00.000Z'],
    ['23:59:30.5', '2026-11-26T23:59:30.500Z'],
    ['0:10', '2026-11-27T00:10:00.000Z'],
    ['+90', '2026-11-26T23:51:30.400Z'],
    ['+1.5m', '2026-11-26T23:51:30.400Z'],
    ['+1h', '2026-11-27T00:50:00.400Z'],
  ])('%s', (text, time) => {
    expect(resolve(text)).toBe(time);
  });

  test.each(['', 'now', '24:00', '12:60', '-5s', '+', '5s', '2026-11-26', '2026-13-01T00:00'])(
    '%s is none',
    (text) => {
      expect(resolve(text)).toBeUndefined();
    },
  );
});
