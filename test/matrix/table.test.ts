import { expect, test } from 'vitest';
import { type Asked, listAllJobs } from './cells.ts';
import { describeAsked } from './table.ts';

const EVERY = listAllJobs()[0]?.cells.filter(({ hidden }) => hidden === 'nothing') ?? [];
const ASKED: readonly Asked[] = EVERY.map(({ asked }) => asked);

test('every combination of the settings is run', () => {
  expect(new Set(ASKED.map((asked) => JSON.stringify(asked))).size).toBe(2 * 3 * 2 * 2);
});

test('settings are described in as few words as they need', () => {
  const where = (keep: (asked: Asked) => boolean) => describeAsked(ASKED.filter(keep));
  expect(where(() => true)).toBe('');
  expect(where(({ mode }) => mode === 'entry')).toBe('entry');
  expect(where(({ typeFormat }) => typeFormat !== 'legacy')).toBe('auto or co-re');
  expect(
    where(({ typeFormat, coReTracing }) => typeFormat === 'co-re' && coReTracing === 'probe'),
  ).toBe('co-re, probe');
  expect(
    where(
      ({ typeFormat, coReTracing }) =>
        typeFormat === 'auto' || (typeFormat === 'co-re' && coReTracing === 'trampoline'),
    ),
  ).toBe('auto; co-re, trampoline');
});
