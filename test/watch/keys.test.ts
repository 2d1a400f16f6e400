import { describe, expect, test } from 'vitest';
import { type Key, press } from '../../src/watch/keys.ts';
import { START, takeUpdate, type WatchState } from '../../src/watch/state.ts';
import { buildUpdate } from './updates.ts';

/** The state after these keys, or the wish of one of them. */
function type(state: WatchState, ...keys: readonly (string | Key)[]) {
  let now = state;
  for (const key of keys) {
    const next = press(now, typeof key === 'string' ? { name: key, sequence: key } : key);
    if (typeof next === 'string') return next;
    now = next;
  }
  return now;
}

const ctrl = (name: string): Key => ({ name, sequence: '\x03', ctrl: true });

test.each<[string, Key[], string]>([
  ['q', [{ name: 'q' }], 'quit'],
  ['q in the help', [{ sequence: '?' }, { name: 'q' }], 'quit'],
  ['Ctrl-C', [ctrl('c')], 'quit'],
  ['Ctrl-C while a filter is typed', [{ sequence: '/' }, ctrl('c')], 'quit'],
  ['Ctrl-Z', [ctrl('z')], 'suspend'],
  ['Ctrl-L', [ctrl('l')], 'redraw'],
])('%s is a wish', (_, keys, wish) => {
  expect(type(START, ...keys)).toBe(wish);
});

test('sorts and groups come round', () => {
  expect(type(START, 's')).toMatchObject({ sort: 'created' });
  expect(type(START, 's', 's', 's', 's', 's')).toEqual(START);
  expect(type(START, 'g')).toMatchObject({ groups: 'services' });
  expect(type(START, 'g', 'g', 'g')).toEqual(START);
});

test('a pause keeps what is seen until it ends', () => {
  const seen = takeUpdate(START, buildUpdate());
  expect(type(seen, 'p')).toMatchObject({ paused: seen.seen });
  expect(type(seen, 'p', { name: 'space' })).toEqual(seen);
});

test('the help ends with any key, which does nothing else', () => {
  expect(type(START, '?')).toMatchObject({ isHelp: true });
  expect(type(START, '?', 's')).toEqual(START);
});

describe('a filter', () => {
  test('is typed, mended and taken', () => {
    expect(type(START, '/', 'a', 'q', { name: 'backspace', sequence: '\x7f' })).toMatchObject({
      typed: 'a',
      filter: '',
    });
    const taken = type(START, '/', 'a', 'é', { name: 'return', sequence: '\r' }) as WatchState;
    expect(taken).toMatchObject({ typed: undefined, filter: 'aé' });
    expect(type(taken, '/', 'b')).toMatchObject({ typed: 'aéb' });
    expect(type(taken, '/', ctrl('u'))).toMatchObject({ typed: '' });
  });

  test('is cleared by Esc', () => {
    expect(type({ ...START, filter: 'a' }, { name: 'escape' })).toEqual(START);
    expect(type({ ...START, filter: 'a' }, '/', 'b', { name: 'escape' })).toEqual(START);
  });

  test('takes no arrows and no control characters, and has an end', () => {
    const up: Key = { name: 'up', sequence: '\x1b[A' };
    const tab: Key = { name: 'tab', sequence: '\t' };
    expect(type(START, '/', up, ctrl('a'), tab)).toMatchObject({ typed: '' });
    const long = type(START, '/', ...'x'.repeat(300)) as WatchState;
    expect(long.typed).toHaveLength(100);
  });
});

test('other keys do nothing', () => {
  expect(type(START, 'x', { name: 'f1', sequence: '\x1bOP' }, {})).toEqual(START);
});
