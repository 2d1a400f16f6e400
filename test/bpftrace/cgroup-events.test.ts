import { describe, expect, test } from 'vitest';
import { readCgroupEvents } from '../../src/bpftrace/cgroup-events.ts';
import { fc } from '../property.ts';

/** A path as the program keeps it: six bytes a word, up to its NUL or to the last word. */
function encodePath(id: string, path: string, mostWords = 64): [string, number][] {
  const bytes = Buffer.concat([Buffer.from(path, 'latin1'), Buffer.alloc(1)]);
  const words = Math.min(mostWords, Math.ceil(bytes.length / 6));
  // What lies behind a path is whatever was there before.
  const record = Buffer.concat([bytes, Buffer.alloc(6, 'x')]);
  return Array.from({ length: words }, (_, i) => [`${id},${i}`, record.readUIntLE(i * 6, 6)]);
}

const read = (...entries: (readonly [string, number])[]) => readCgroupEvents(new Map(entries));

describe('a cgroup that was made', () => {
  test.each(['/a', '/abcd', '/abcde', '/abcdef', `/${'x'.repeat(382)}`])(
    'is found by %s',
    (path) => {
      expect(read(...encodePath('7', path))).toEqual([
        { kind: 'made', id: '7', path, isCut: false },
      ]);
    },
  );

  test('has the bytes of its path, whatever they are, in whatever order the words come', () => {
    const anyPath = fc
      .array(fc.integer({ min: 1, max: 255 }), { maxLength: 380 })
      .map((bytes) => `/${String.fromCharCode(...bytes)}`);
    fc.assert(
      fc.property(anyPath, (path) => {
        const words = encodePath('18446744073709551615', path).reverse();
        expect(read(...words)).toEqual([
          { kind: 'made', id: '18446744073709551615', path, isCut: false },
        ]);
      }),
    );
  });

  test('with a path that is longer than all words has the begin of it', () => {
    const path = `/${'x'.repeat(383)}`;
    expect(read(...encodePath('7', path))).toEqual([{ kind: 'made', id: '7', path, isCut: true }]);
  });

  test('with a path of which a word found no place has what lies before it', () => {
    const [first = ['', 0], , third = ['', 0]] = encodePath('7', '/abcdefghijklmnop');
    expect(read(first, third)).toEqual([{ kind: 'made', id: '7', path: '/abcde', isCut: true }]);
  });
});

test('cgroups are told in the order in which they were made, whatever the order of the map', () => {
  const ids = ['9', '18446744073709551615', '10', '18446744073709551614'];
  const events = read(...ids.flatMap((id) => encodePath(id, '/a')));
  expect(events.map(({ id }) => id)).toEqual([
    '9',
    '10',
    '18446744073709551614',
    '18446744073709551615',
  ]);
});

test('a cgroup that was made and removed was made first', () => {
  const words = encodePath('9', '/b');
  expect(read(['8,255', 1], ['9,255', 1], ...words)).toEqual([
    { kind: 'made', id: '9', path: '/b', isCut: false },
    { kind: 'removed', id: '8' },
    { kind: 'removed', id: '9' },
  ]);
});
