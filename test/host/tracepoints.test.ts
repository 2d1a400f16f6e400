import { describe, expect, test } from 'vitest';
import type { Lockdown } from '../../src/host/facts.ts';
import {
  explainNoTracepoints,
  parseFormat,
  parseListing,
  readFieldPlaces,
  readTracepoints,
} from '../../src/host/tracepoints.ts';
import { TRACEPOINTS } from '../../src/plan/candidates.ts';
import type { TraceMounts } from '../../src/procfs/mounts.ts';
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

describe('where no tracepoint can be read', () => {
  const NOWHERE: TraceMounts = { tracefs: [], debugfs: [] };
  const OPEN: Lockdown = { state: 'integrity', source: '' };

  test.each<[string, string, TraceMounts, Lockdown, RegExp, RegExp]>([
    ['tracefs is not mounted', '0.17.0', NOWHERE, OPEN, /tracefs is not mounted/, /-t tracefs/],
    [
      'an old bpftrace wants debugfs',
      '0.16.0',
      { tracefs: ['/sys/kernel/tracing'], debugfs: [] },
      OPEN,
      /bpftrace 0\.16\.0 looks below debugfs, which is not mounted/,
      /-t debugfs/,
    ],
    [
      'the kernel is locked down',
      '0.27.1',
      { tracefs: ['/sys/kernel/tracing'], debugfs: [] },
      { state: 'confidentiality', source: '' },
      /locked down \(confidentiality\)/,
      /lockdown=/,
    ],
    [
      'tracefs is empty',
      '0.27.1',
      { tracefs: ['/sys/kernel/tracing'], debugfs: [] },
      OPEN,
      /none of ours is in it/,
      /CONFIG_EVENT_TRACING/,
    ],
  ])('because %s, that is said', (_, version, mounts, lockdown, message, hint) => {
    const error = explainNoTracepoints(buildBpftrace(version), mounts, lockdown);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
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
