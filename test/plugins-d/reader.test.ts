import { describe, expect, test } from 'vitest';
import { findFaults, PluginReader } from './reader.ts';

const CHART = "CHART a.b '' 'A title' calls/s family a.b line 1000 1 '' some.plugin module";
const DIMENSION = 'DIMENSION d d incremental 1 1';
const UPDATE = 'BEGIN a.b 1000000\nSET d = 5\nEND';
const OBSOLETE = CHART.replace("1 ''", '1 obsolete');
const ANSWER =
  'FUNCTION_RESULT_BEGIN t1 200 application/json 0\n{"status":200}\nFUNCTION_RESULT_END';

const RIGHT = {
  'an update': `${CHART}\n${DIMENSION}\n\n${UPDATE}`,
  labels: `${CHART}\nCLABEL name 'a value' 1\nCLABEL_COMMIT\n${DIMENSION}\n${UPDATE}`,
  'a gap': `${CHART}\n${DIMENSION}\nBEGIN a.b 1000000\nEND`,
  'a chart that comes back': `${CHART}\n${DIMENSION}\n${OBSOLETE}\n${CHART}\n${DIMENSION}\n${UPDATE}`,
  'a dimension that goes': `${CHART}\n${DIMENSION} obsolete`,
  'a function': "FUNCTION GLOBAL a-name 10 'what it does'",
  'a function of 2.x': "FUNCTION GLOBAL a-name 10 'what it does' top 0x13 100 3",
  'an answer': ANSWER,
  'an answer of lines that look like words': ANSWER.replace('{"status"', '{\n"SET a\'":1,"status"'),
  'a last word': `${CHART}\n${DIMENSION}\n${UPDATE}\nDISABLE`,
};

test.each(Object.entries(RIGHT))('there is no fault with %s', (_, text) => {
  expect(findFaults(`${text}\n`)).toEqual([]);
});

describe('a fault is found with', () => {
  test.each([
    ['# a comment', 'an unknown keyword'],
    ['chart a.b', 'an unknown keyword'],
    ['CHART a.b', 'CHART has 1 words, not 12'],
    [CHART.replace('a.b', 'ab'), 'ab is not type.id'],
    [CHART.replace('a.b', `a.${'b'.repeat(198)}`), 'an id of 200 characters'],
    [CHART.replace(' a.b ', " 'a.b c' "), 'characters that an id cannot have'],
    [CHART.replace('calls/s', "''"), 'no units'],
    [CHART.replace('family', 'null'), 'no family'],
    [CHART.replace('A title', 'A title …'), 'a title with characters beyond ASCII'],
    [CHART.replace('line', 'bars'), 'the chart type bars'],
    [CHART.replace('1000 1', '1000 1s'), 'update every 1s is no whole number'],
    [CHART.replace("1 ''", '1 gone'), 'the option gone'],
    [OBSOLETE, 'a chart that never was'],
    [`${CHART}\n${CHART.replace('A title', 'Another')}`, 'a chart changes'],
    [DIMENSION, 'a dimension of no chart'],
    [`${CHART}\nDIMENSION d d sum 1 1`, 'the algorithm sum'],
    [`${CHART}\nDIMENSION d d absolute 1 0`, 'divided by 0'],
    [`${CHART}\n${DIMENSION}\nDIMENSION e d absolute 1 1`, 'two dimensions of one name'],
    [`${CHART}\n${DIMENSION}\nDIMENSION d d absolute 1 1`, 'a dimension changes'],
    [UPDATE, 'an unknown chart'],
    [`${CHART}\nBEGIN a.b 0`, 'no time since the update before'],
    [`${CHART}\n${DIMENSION}\nSET d = 5`, 'SET without BEGIN'],
    [`${CHART}\n${UPDATE}`, 'an unknown dimension'],
    [`${CHART}\n${DIMENSION}\n${UPDATE.replace('5', '1.5')}`, 'value 1.5 is no whole number'],
    [`${CHART}\n${DIMENSION}\n${UPDATE.replace('5', '9223372036854775808')}`, 'more than 64 bits'],
    [`${CHART}\n${DIMENSION}\nBEGIN a.b\nSET d = 1\nSET d = 2\nEND`, 'set twice'],
    [`${CHART}\n${DIMENSION} obsolete\n${UPDATE}`, 'an obsolete dimension'],
    [`${CHART}\n${DIMENSION}\n${OBSOLETE}\n${UPDATE}`, 'an obsolete chart'],
    [`${CHART}\n${DIMENSION}\nBEGIN a.b\n${CHART}\nEND`, 'CHART between BEGIN and END'],
    [`${CHART}\n${DIMENSION}\nBEGIN a.b`, 'a.b has no END'],
    ['END', 'END without BEGIN'],
    ["CLABEL name 'a value' 1", 'a label of no chart'],
    [`${CHART}\nCLABEL name value`, 'CLABEL has 2 words, not 3'],
    [`${CHART}\nCLABEL name value 1\n${DIMENSION}`, 'DIMENSION before CLABEL_COMMIT'],
    [`${CHART}\nCLABEL_COMMIT`, 'no labels'],
    ['FUNCTION GLOBAL a-name 10', 'without a name, a timeout or a help'],
    ['FUNCTION GLOBAL a-name 0 help', 'a timeout of 0 s'],
    [ANSWER.replace('{"status":200}', '{'), 'an answer that is no JSON'],
    [ANSWER.replace('":200', '":404'), 'an answer with code 200 whose status is 404'],
    [`${ANSWER}\n${ANSWER}`, 'a second answer to one call'],
    [ANSWER.replace('FUNCTION_RESULT_END', ''), 'the last answer has no end'],
    [`DISABLE\n${CHART}`, 'a line behind the last'],
    ["CHART 'a.b", 'a quote that does not end'],
  ])('%j', (text, fault) => {
    expect(findFaults(`${text}\n`).join('\n')).toContain(fault);
  });

  test('a line that does not end', () => {
    expect(findFaults('CHART a')).toEqual(['the last line has no end: CHART a']);
    expect(findFaults('CHART a', true)).toEqual([]);
  });
});

test('text comes in any pieces', () => {
  const reader = new PluginReader();
  for (const character of `${RIGHT.labels}\n`) reader.take(character);
  expect(reader.end().faults).toEqual([]);
  const chart = reader.charts.get('a.b');
  expect(chart?.labels).toEqual(new Map([['name', 'a value']]));
  expect(chart?.dimensions.get('d')?.value).toBe(5);
});
