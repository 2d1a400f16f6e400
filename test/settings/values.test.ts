import { describe, expect, test } from 'vitest';
import { OPTIONS } from '../../src/settings/options.ts';
import { completeSettings, SETTING_KEYS } from '../../src/settings/settings.ts';
import { describeAccepted, isSwitch, readValue, showValue } from '../../src/settings/values.ts';

test('every setting is an option', () => {
  expect(OPTIONS.map(({ key }) => key).toSorted()).toEqual(SETTING_KEYS.toSorted());
});

describe('a yes or no', () => {
  test.each(['yes', 'true', 'on', 'auto', 'on demand', 'YES', 'On Demand'])('%s is yes', (text) => {
    expect(readValue('apps', text)).toBe(true);
  });

  test.each(['no', 'false', 'off', 'No'])('%s is no', (text) => {
    expect(readValue('apps', text)).toBe(false);
  });

  // Netdata takes all of these for no.
  test.each(['', '1', '0', 'y', 'enabled', '"yes"', 'yes # on', 'never'])(
    '%j is neither',
    (text) => {
      expect(readValue('apps', text)).toBeUndefined();
    },
  );
});

describe('a number', () => {
  test.each([
    ['1', 1],
    ['86400', 86_400],
    ['0x10', 16],
    ['0X1f', 31],
  ])('%s is %i', (text, value) => {
    expect(readValue('updateEverySeconds', text)).toBe(value);
  });

  test.each([
    '',
    '0',
    '-1',
    '+5',
    '86401',
    '010',
    '5s',
    '1.5',
    '1e2',
    ' 5',
    '٥',
    'Infinity',
    '0x',
    '9'.repeat(400),
  ])('%j is none', (text) => {
    expect(readValue('updateEverySeconds', text)).toBeUndefined();
  });

  test('out of range is an error, and is not clamped', () => {
    expect(
      ['63', '64', '4194304', '4194305'].map((text) => readValue('pidTableSize', text)),
    ).toEqual([undefined, 64, 4_194_304, undefined]);
  });
});

test.each([
  ['loadMode', 'Return', 'return'],
  ['loadMode', 'dev', undefined],
  ['typeFormat', 'CO-RE', 'co-re'],
  ['typeFormat', 'core', undefined],
  ['coReTracing', 'probe', 'probe'],
  ['coReTracing', 'tracepoint', undefined],
  ['bpftracePath', '/opt/Bpftrace', '/opt/Bpftrace'],
  ['bpftracePath', 'bpftrace', undefined],
] as const)('%s %s is read as %s', (key, text, value) => {
  expect(readValue(key, text)).toBe(value);
});

test.each([
  ['updateEverySeconds', 'a whole number from 1 to 86400'],
  ['loadMode', 'entry or return'],
  ['apps', 'yes or no'],
  ['cgroups', 'yes or no'],
  ['pidTableSize', 'a whole number from 64 to 4194304'],
  ['typeFormat', 'legacy, co-re or auto'],
  ['coReTracing', 'trampoline or probe'],
  ['charts', 'contract or current'],
  ['mapsPerCore', 'yes or no'],
  ['realTime', 'yes or no'],
  ['onRequest', 'yes or no'],
  ['lifetimeSeconds', 'a whole number from 1 to 31536000'],
  ['bpftracePath', 'a full path, beginning with /'],
] as const)('%s takes %s', (key, words) => {
  expect(describeAccepted(key)).toBe(words);
  expect(isSwitch(key)).toBe(words === 'yes or no');
});

test('a value is shown so that it can be read again', () => {
  for (const [key, value] of Object.entries(completeSettings({}))) {
    expect(readValue(key as 'apps', showValue(value ?? ''))).toBe(value);
  }
});
