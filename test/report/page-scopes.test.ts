import { describe, expect, test } from 'vitest';
import { renderScopes } from '../../src/report/page-scopes.ts';
import type { Style } from '../../src/report/page-table.ts';
import type { Report } from '../../src/report/report.ts';
import { anyText } from '../any-text.ts';
import { fc } from '../property.ts';

type Scope = NonNullable<Report['apps']>[number];

const PLAIN: Style = (_, text) => text;

const QUIET = {
  process_created: 0,
  thread_created: 0,
  exec: 0,
  process_exited: 0,
  thread_exited: 0,
  released: 0,
  errors: { total: 0, by_errno: {} },
};

describe('a table of scopes', () => {
  test('has a row for each, with its counts', () => {
    const scope: Scope = {
      name: 'web',
      process_created: 1_234_567,
      thread_created: 2,
      exec: 3,
      process_exited: 4,
      thread_exited: 5,
      released: 6,
      errors: { total: 7, by_errno: { EAGAIN: 7 } },
    };
    const [head, row] = linesOf([scope]);
    expect(head).toMatch(
      /^app group +created +threads +execs +exited +thr exited +released +failed$/,
    );
    expect(row).toMatch(/^web +1,234,567 +2 +3 +4 +5 +6 +7$/);
  });

  test('shows the first ones, and the sum of the others', () => {
    const lines = linesOf([named('a', 9), named('b', 8), named('c', 3), named('d', 2)], 2);
    expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(['app group', 'a', 'b', '2 more']);
    expect(lines[3]).toMatch(/^2 more +5$/);
  });

  test('has no such sum where all are shown', () => {
    expect(linesOf([named('a', 9), named('b', 8)], 2)).toHaveLength(3);
  });

  test('has a dash for what is absent, in the sum too', () => {
    const absent = { ...named('a', 1), errors: null, released: null };
    const [, row, more] = linesOf([absent, absent, absent], 1);
    expect(row).toMatch(/ - +-$/);
    expect(more).toMatch(/^2 more.* 2 .* - +-$/);
  });

  test.each([
    ['dropped', { dropped: { ...QUIET, exec: 4 }, unattributed: QUIET }],
    ['unattributed', { dropped: QUIET, unattributed: { ...QUIET, exec: 4 } }],
  ])('has a row for what was %s, and no row for a rest of 0', (name, rests) => {
    const lines = linesOf([named('a', 1)], 10, rests);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(new RegExp(`^${name} +4$`));
  });

  test('has no row for a rest in which everything is absent', () => {
    const absent = { ...QUIET, exec: null, errors: null };
    expect(linesOf([named('a', 1)], 10, { dropped: absent, unattributed: absent })).toHaveLength(2);
  });

  test('is empty where there is nothing to show', () => {
    expect(renderScopes('app group', [], { dropped: QUIET, unattributed: QUIET }, 10, PLAIN)).toBe(
      '',
    );
  });
});

describe('a name', () => {
  test.each([
    ['that fits is whole', 'x'.repeat(71), 'x'.repeat(71)],
    [
      'that is longer is cut in the middle',
      `/begin${'x'.repeat(90)}/end`,
      `/begin${'x'.repeat(30)}…${'x'.repeat(32)}/end`,
    ],
    ['cannot move the cursor', '\u001b[2Jweb', '\\x1b[2Jweb'],
    ['cannot add a line', 'a\nb', 'a\\x0ab'],
    ['cannot write from right to left', 'a\u202eb', 'a\\x202eb'],
  ])('%s', (_, name, shown) => {
    expect(linesOf([named(name, 1)])[1]?.split(/ {2,}/)[0]).toBe(shown);
  });

  test('cannot make the terminal do anything', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), (names) => {
        const lines = linesOf(names.map((name) => named(name, 1)));
        expect(lines.join('')).not.toMatch(/\p{Cc}|\p{Cf}/u);
        // Each is one row below the head.
        if (names.length > 0) expect(lines).toHaveLength(names.length + 1);
      }),
      { numRuns: 50 },
    );
  });
});

function named(name: string, exec: number): Scope {
  return { name, ...QUIET, exec };
}

function linesOf(
  scopes: readonly Scope[],
  top = 10,
  rests: Parameters<typeof renderScopes>[2] = null,
): string[] {
  return renderScopes('app group', scopes, rests, top, PLAIN).split('\n');
}
