import { describe, expect, test } from 'vitest';
import { COUNTER_NUMBERS } from '../../../src/program/key/layout.ts';
import { parseTaskKey } from '../../../src/program/key/parse.ts';
import { fc } from '../../property.ts';
import { buildKey, encodeKey } from '../../scopes/keys.ts';

const MOST_PIDS = 4_194_304;

/** Any bytes but NUL, which ends a comm. */
const anyComm = fc
  .array(fc.integer({ min: 1, max: 255 }), { maxLength: 15 })
  .map((bytes) => String.fromCharCode(...bytes));

const anyKey = fc
  .record({
    id: fc.nat(MOST_PIDS),
    parent: fc.nat(MOST_PIDS),
    comm: anyComm,
    cgroup: fc.bigInt({ min: 1n, max: (1n << 63n) - 1n }).map(String),
    isOwn: fc.boolean(),
    counter: fc.constantFrom(...Object.keys(COUNTER_NUMBERS)),
    errno: fc.integer({ min: 1, max: 511 }),
  })
  .map(({ errno, ...key }) => ({ ...key, index: key.counter === 'error' ? errno : 0 }));

test('a key that the kernel built is read back, whatever it holds', () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      expect(parseTaskKey(encodeKey(key))).toMatchObject(key);
    }),
  );
});

test('a key is read in its parts', () => {
  // "cron" is 0x6e6f7263 in the order of its bytes.
  expect(parseTaskKey('812,1,1852797539,0,4711,3')).toEqual({
    id: 812,
    parent: 1,
    comm: 'cron',
    cgroup: '4711',
    isOwn: false,
    isOfUser: false,
    counter: 'exec',
    index: 0,
    pidMax: 0,
  });
});

test('an error has its errno, and above it the limit on ids', () => {
  const key = encodeKey({ id: 7, counter: 'error', index: 4_095, pidMax: 4_194_304 });
  expect(key).toMatch(/,4398047559431$/);
  expect(parseTaskKey(key)).toMatchObject({ counter: 'error', index: 4_095, pidMax: 4_194_304 });
});

describe('a comm', () => {
  test.each(Array.from({ length: 16 }, (_, place) => place))(
    'may have a byte from 0x80 on at place %i',
    (place) => {
      for (const byte of ['\x80', '\xff']) {
        const comm = `${'a'.repeat(place)}${byte}${'b'.repeat(15 - place)}`;
        expect(parseTaskKey(encodeKey({ id: 7, comm }))).toMatchObject({ id: 7, comm });
      }
    },
  );

  test.each([
    ['of no byte', ''],
    ['of one byte', 'x'],
    ['that fills the first number', '12345678'],
    ['of one byte more', '123456789'],
    ['of 15 bytes', 'systemd-journal'],
    ['with a comma and a quote', 'a,"b'],
  ])('%s is whole', (_, comm) => {
    expect(parseTaskKey(encodeKey({ comm }))?.comm).toBe(comm);
  });

  test.each([
    ['in the first number', 'ab\0cd', 'ab'],
    ['at its end', '1234567\0rest', '1234567'],
    ['in the second one', '123456789\0old', '123456789'],
  ])('ends at a NUL %s, whatever stands behind it', (_, bytes, comm) => {
    expect(parseTaskKey(encodeKey({ comm: bytes }))?.comm).toBe(comm);
  });

  test('travels with its highest bit in bit 32 of the id', () => {
    const [id, , comm1] = encodeKey({ id: 7, comm: '1234567\xff' }).split(',');
    expect(id).toBe(String(2 ** 32 + 7));
    expect(BigInt(comm1 ?? '')).toBeLessThan(1n << 63n);
  });
});

test.each([1, 11, 22, 511])('errno %i of an error stands above its counter', (errno) => {
  expect(parseTaskKey(encodeKey({ counter: 'error', index: errno }))).toMatchObject({
    counter: 'error',
    index: errno,
  });
});

test('a cgroup id above 2^53 keeps all of its digits', () => {
  const cgroup = '9007199254740993';
  expect(parseTaskKey(encodeKey({ cgroup }))?.cgroup).toBe(cgroup);
});

describe('is no key', () => {
  test.each([
    ['nothing', ''],
    ['a word', 'exec'],
    ['a part too few', '1,2,3,4,3'],
    ['a part too many', '1,2,3,4,5,6,3'],
    ['no comm', '1,2,,0,5,3'],
    ['no second half of a comm', '1,2,3,,5,3'],
    ['no cgroup', '1,2,3,0,,3'],
    ['no counter', '1,2,3,0,5,'],
    ['counter 0', '1,2,3,0,5,0'],
    ['an unknown counter', '1,2,3,0,5,99'],
    ['a key that an old bpftrace could not print', '1,2,3,0,5,-1'],
  ])('%s', (_, text) => {
    expect(parseTaskKey(text)).toBeUndefined();
  });

  test.each([
    ['a comm that is no number', '1,2,x,0,5,3'],
    ['an id that is no number', 'x,2,3,0,5,3'],
    ['a parent that is no number', '1,x,3,0,5,3'],
    ['a cgroup that is no number', '1,2,3,0,x,3'],
    ['a cgroup that an old bpftrace could not print', '1,2,3,0,-1,3'],
    ['a part of a cgroup', '1,2,3,0,1.5,3'],
    ['a part of an id', '1.5,2,3,0,5,3'],
    ['an id without end', '1e999,2,3,0,5,3'],
    ['a parent that a double does not hold', '1,9007199254740993,3,0,5,3'],
    ['a comm of more than 64 bits', `1,2,${'9'.repeat(2 ** 20)},0,5,3`],
    ['a counter of more than 53 bits', '1,1,0,0,1,9007199254740995'],
  ])('%s', (_, text) => {
    expect(parseTaskKey(text)).toBeUndefined();
  });
});

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('the flags of a key: of the command %s, of the user %s', (isOwn, isOfUser) => {
  // The highest bit of the comm stands beside them.
  const parts = { id: 4_194_303, parent: 7, comm: 'abcdefg\xff', isOwn, isOfUser };
  expect(parseTaskKey(encodeKey(parts))).toEqual(buildKey(parts));
});
