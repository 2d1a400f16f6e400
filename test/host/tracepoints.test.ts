import { describe, expect, test } from 'vitest';
import {
  parseFormat,
  parseListing,
  readFieldPlaces,
  readTracepoints,
} from '../../src/host/tracepoints.ts';
import { TRACEPOINTS } from '../../src/plan/candidates.ts';
import { buildBpftrace, TRACEPOINTS_6_18 } from '../builders.ts';
import { fixturePath, readFixture, VERSIONS } from '../fixtures.ts';

const LINUX = 'hosts/linux-6.18';

describe('a format file of tracefs', () => {
  test.each([...TRACEPOINTS_6_18])('gives the fields of %s', (name, fields) => {
    const path = `${LINUX}/sys/kernel/tracing/events/${name.replace(':', '/')}/format`;
    expect(parseFormat(readFixture(path))).toEqual(fields);
  });

  test.each([
    ['a list', '\tfield:unsigned long args[6];\toffset:16;\tsize:48;\tsigned:0;', ['args']],
    ['a pointer', '\tfield:const char * name;\toffset:16;\tsize:8;\tsigned:0;', ['name']],
    ['a common field', '\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;', []],
    ['no field', 'name: sched_process_exit\nID: 369\nformat:\n', []],
    ['a line that was cut off', '\tfield:int pri', []],
    ['a place that is no number', '\tfield:int pri;\toffset:x;\tsize:4;\tsigned:0;', []],
    // A pattern that looks for the end of the word from each of its letters takes hours.
    ['a word of a megabyte', `\tfield:${'a'.repeat(2 ** 20)}`, []],
    ['nothing', '', []],
  ])('with %s', (_, text, fields) => {
    expect(parseFormat(text)).toEqual(fields);
  });
});

describe.each(VERSIONS)('the listing of bpftrace %s', (version) => {
  const listing = parseListing(readFixture(`listings/${version}.txt`));

  test.each([...TRACEPOINTS_6_18])('gives the fields of %s', (name, fields) => {
    expect(listing.get(name)).toEqual(fields);
  });
});

test.each([
  ['nothing', ''],
  ['a sentence', 'ERROR: tracepoints not found: sched:nope\n'],
  ['fields without a tracepoint', '    pid_t pid\n'],
  ['a word of a megabyte', `    ${'a'.repeat(2 ** 20)}!`],
])('a listing of %s gives no tracepoint', (_, text) => {
  expect(parseListing(text)).toEqual(new Map());
});

describe('a file tree of tracefs', () => {
  test('gives every tracepoint that a plan may use', async () => {
    expect(await readTree('0.17.0')).toEqual(TRACEPOINTS_6_18);
  });

  test('gives no tracepoint that it lacks', async () => {
    const names = ['sched:sched_process_nope', 'sched:sched_process_exec'];
    const found = await readTree('0.17.0', names);
    expect([...found.keys()]).toEqual(['sched:sched_process_exec']);
  });

  test('is of no use without debugfs to a bpftrace before 0.17', async () => {
    expect(await readTree('0.16.0')).toEqual(new Map());
  });
});

function readTree(version: string, names = TRACEPOINTS) {
  return readTracepoints(names, buildBpftrace(version), 'root', fixturePath(LINUX));
}

test('the places of fields are read from their format, and none of what is closed to us', () => {
  const root = fixturePath(LINUX);
  const places = readFieldPlaces(['task:task_newtask', 'sched:sched_process_nope'], root);
  expect(places.get('task:task_newtask.pid')).toEqual({ offset: 8, bytes: 4 });
  expect(places.get('task:task_newtask.comm')).toEqual({ offset: 12, bytes: 16 });
  expect(places.get('task:task_newtask.clone_flags')).toEqual({ offset: 32, bytes: 8 });
  expect([...places.keys()].every((name) => name.startsWith('task:task_newtask.'))).toBe(true);
});
