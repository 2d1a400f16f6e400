import { describe, expect, test } from 'vitest';
import { type Line, parseLine } from '../../src/bpftrace/lines.ts';
import { renderProgram } from '../../src/program/render.ts';
import { anyText } from '../any-text.ts';
import { buildBpftrace, buildPlanFor } from '../builders.ts';
import { fc } from '../property.ts';

const MAP = (data: string) => `{"type": "map", "data": ${data}}`;

describe('a marker', () => {
  test.each<[string, Line]>([
    [
      'begin 17953667858 2985841237739',
      { kind: 'begin', period: 17953667858, kernelNs: 2985841237739 },
    ],
    ['end 17953667858', { kind: 'end', period: 17953667858 }],
  ])('%s', (text, line) => {
    expect(parseLine(JSON.stringify({ type: 'printf', data: `${text}\n` }))).toEqual(line);
  });

  test.each([
    ['begin 12\n', 'has no clock'],
    ['begin 12 34', 'has no line break'],
    ['begin x 34\n', 'has no number'],
    ['say begin 12 34\n', 'begins with other words'],
    ['end 12\nend 13\n', 'is two'],
    ['', 'is empty'],
  ])('%j is none: it %s', (data) => {
    expect(parseLine(JSON.stringify({ type: 'printf', data }))).toEqual({ kind: 'other' });
  });
});

describe('by the layout of its program', () => {
  const { layout } = renderProgram(
    buildPlanFor({ bpftrace: buildBpftrace('0.23.2'), btf: 'absent' }, 'return', {
      apps: true,
      cgroups: true,
    }),
  );
  const read = (data: string) => parseLine(MAP(data), layout);

  test('a map is called what it counts, of either half', () => {
    for (const half of ['a', 'b']) {
      expect(read(`{"@new_proc_${half}": 3}`)).toEqual({
        kind: 'scalar',
        map: 'process_created',
        value: 3,
      });
    }
  });

  test('what each CPU counted under a key is added up', () => {
    expect(read('{"@keys_a": {"1,0,0,0,5,3,0": 3, "1,0,0,0,5,3,1": 4}}')).toEqual(
      keyed('keys', ['1,0,0,0,5,3', 7]),
    );
    expect(read('{"@error_b": {"11,0": 3, "11,1": 4, "22,0": 1}}')).toEqual(
      keyed('error', ['11', 7], ['22', 1]),
    );
  });

  test('what is no count stays as it is', () => {
    expect(read('{"@parents_a": {"12": 1}}')).toEqual(keyed('parents', ['12', 1]));
  });

  test('names of tasks stand beside their keys, also one that is a number', () => {
    expect(read('{"@comms_a": {"10": "sh", "11": "42"}}')).toEqual({
      kind: 'names',
      map: 'comms',
      entries: new Map([
        ['10', 'sh'],
        ['11', '42'],
      ]),
    });
  });

  test('cgroups are told as events', () => {
    expect(read(`{"@cgroups_b": {"7,0": ${0x612f}, "8,255": 1}}`)).toEqual({
      kind: 'cgroups',
      events: [
        { kind: 'made', id: '7', path: '/a', isCut: false },
        { kind: 'removed', id: '8' },
      ],
    });
  });

  test('a map that the program needs for itself is no data', () => {
    expect(read('{"@half": 0}')).toEqual({ kind: 'other' });
  });

  test('a central counter is the sum of its CPUs', () => {
    const central = renderProgram(buildPlanFor({}, 'entry', { mapsPerCore: false }));
    expect(parseLine(MAP('{"@exec": {"0": 7, "1": 5, "11": 1}}'), central.layout)).toEqual({
      kind: 'scalar',
      map: 'exec',
      value: 13,
    });
  });
});

describe('a map', () => {
  test.each<[string, string, Line]>([
    ['a scalar', '{"@exec": 90}', { kind: 'scalar', map: 'exec', value: 90 }],
    ['an untouched scalar', '{"@exec": 0}', { kind: 'scalar', map: 'exec', value: 0 }],
    ['keys', '{"@error": {"11": 2, "22": 7}}', keyed('error', ['11', 2], ['22', 7])],
    ['no keys', '{"@error": {}}', keyed('error')],
    ['keys of two parts', '{"@by": {"1,sh": 2}}', keyed('by', ['1,sh', 2])],
    [
      'keys that are names',
      String.raw`{"@by": {"q\"q": 1, "b\\s": 2}}`,
      keyed('by', ['q"q', 1], ['b\\s', 2]),
    ],
    ['a key that objects have', '{"@by": {"__proto__": 1}}', keyed('by', ['__proto__', 1])],
    ['the reader’s own name', '{"@_period": 5}', { kind: 'scalar', map: '_period', value: 5 }],
  ])('with %s', (_, data, line) => {
    expect(parseLine(MAP(data))).toEqual(line);
  });

  test.each([
    ['nothing in it', '{}'],
    ['no name', '{"exec": 1}'],
    ['no value', '{"@exec": null}'],
    ['a word for a count', '{"@exec": "many"}'],
    ['an empty string for a count', '{"@exec": ""}'],
    ['a list for a count', '{"@exec": [1]}'],
    ['a count below 0', '{"@exec": -1}'],
    ['a part of a count', '{"@exec": 1.5}'],
    ['a count without end', '{"@exec": 1e999}'],
    ['a count that a double does not hold', '{"@exec": 9007199254740994}'],
    // As 0.24 and later print it.
    ['such a count as a string', '{"@exec": {"1": "9007199254740994"}}'],
    ['a name for the count of a key', '{"@comm": {"7": "sh"}}'],
    ['one bad count among good ones', '{"@error": {"11": 1, "22": null}}'],
    ['a number for its data', '7'],
    ['a list for its data', '["@exec", 1]'],
  ])('with %s is broken', (_, data) => {
    expect(parseLine(MAP(data)).kind).toBe('broken');
  });

  test('without data is broken', () => {
    expect(parseLine('{"type": "map"}').kind).toBe('broken');
  });

  test('keeps every key, whatever its name, and every count', () => {
    const entries = fc.array(fc.tuple(anyText, fc.nat()), {
      minLength: 1,
    });
    fc.assert(
      fc.property(entries, (list) => {
        const byKey = new Map(list);
        const data = [...byKey].map(([key, count]) => `${JSON.stringify(key)}: ${count}`);
        expect(parseLine(MAP(`{"@by": {${data.join(', ')}}}`))).toEqual(keyed('by', ...byKey));
      }),
    );
  });
});

describe('lost events', () => {
  test.each([
    ['{"type": "lost_events", "data": {"events": 3917}}', 3917],
    ['{"type": "lost_events", "count": 3961, "data": {"events": 3961}}', 3961],
    // No JSON: 0.24 and later, once a control byte was printed.
    ['{"type": "lost_events", "count": f68, "data": {"events": f68}}', 0xf68],
    ['{"type": "lost_events", "count": 1b, "data": {"events": 1b}}', 0x1b],
    // JSON by chance, but no power of ten.
    ['{"type": "lost_events", "count": 1e2, "data": {"events": 1e2}}', 0x1e2],
  ])('%s', (text, events) => {
    expect(parseLine(text)).toEqual({ kind: 'lost-events', events });
  });

  test('without a number is broken', () => {
    expect(parseLine('{"type": "lost_events", "data": {}}').kind).toBe('broken');
  });
});

test.each([
  [
    '0.17',
    '{"type": "helper_error", "helper": "map_update_elem", "retcode": -7, "line": 1, "col": 80}',
    'map_update_elem: -7',
  ],
  [
    '0.23',
    '{"type": "helper_error", "msg": "Map full; can\'t update element. Try increasing max_map_keys config", "helper": "map_update_elem", "retcode": -7, "line": 1, "col": 80}',
    "map_update_elem: Map full; can't update element. Try increasing max_map_keys config",
  ],
  [
    '0.27',
    '{"type": "helper_error", "msg": "Argument list too long", "helper": "map_update_elem", "retcode": -7, "filename": "stdin", "line": 1, "col": 80}',
    'map_update_elem: Argument list too long',
  ],
])('a helper error of %s keeps its words', (_, text, words) => {
  expect(parseLine(text)).toEqual({ kind: 'helper-error', text: words });
});

test.each([
  '',
  '__BPFTRACE_NOTIFY_PROBES_ATTACHED',
  '{"type": "attached_probes", "data": {"probes": 2}}',
  '{"type": "attached_probes", "count": 2, "data": {"probes": 2}}',
  '{"type": "time", "data": "13:37:17\\n"}',
  '{"type": "of_a_version_to_come"}',
])('%j says nothing to us', (text) => {
  expect(parseLine(text)).toEqual({ kind: 'other' });
});

describe('what is no message is broken', () => {
  test.each([
    'Attaching 2 probes...',
    '{"type": "map", "da',
    '{"type": "map", "data": {"@exec": 1}}{"type": "map", "data": {"@exec": 2}}',
    '{"data": {"@exec": 1}}',
    '["map"]',
    '"map"',
    'null',
    '7',
    ' ',
  ])('%s', (text) => {
    expect(parseLine(text)).toEqual({ kind: 'broken', text });
  });

  test('any line that was cut off', () => {
    const whole = [
      MAP('{"@error": {"22": 7}}'),
      '{"type": "printf", "data": "begin 12 34\\n"}',
      '{"type": "lost_events", "data": {"events": 3917}}',
    ];
    for (const line of whole) {
      for (let length = 1; length < line.length; length++) {
        expect(parseLine(line.slice(0, length)).kind).toBe('broken');
      }
    }
  });
});

test('no text at all makes it throw', () => {
  const junk = fc.oneof(anyText, fc.json());
  fc.assert(
    fc.property(junk, (text) => {
      expect(parseLine(text)).toHaveProperty('kind');
    }),
  );
});

function keyed(map: string, ...entries: [string, number][]): Line {
  return { kind: 'keyed', map, entries: new Map(entries) };
}
