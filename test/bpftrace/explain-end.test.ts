import { describe, expect, test } from 'vitest';
import { describeEnd, explainFirstEnd } from '../../src/bpftrace/explain-end.ts';
import type { BpftraceEnd } from '../../src/bpftrace/process.ts';
import { buildBpftrace, buildFacts } from '../builders.ts';
import { readFixture, VERSIONS } from '../fixtures.ts';

const REASONS: [string, RegExp][] = [
  ['syntax-error', /: stdin:1:20-21: ERROR: syntax/],
  ['unknown-tracepoint', /: stdin:1:1-36: ERROR: .*tracepoint.*sched_process_nope/],
  ['nobody', /: ERROR: .*root user\.$/],
  ['attach-failed', /: (Error attaching probe|ERROR: Error |stdin:\d+:1-20: ERROR: No matches)/],
  ['load-failed', /: (Error creating map: |ERROR: (failed to create map|Unknown BPF object))/],
];

describe.each(VERSIONS)('bpftrace %s', (version) => {
  test.each(REASONS)('is quoted with the line that says why: %s', (name, reason) => {
    const error = explainFirstEnd(readEnd(version, name), factsOf(version));
    expect(error.code).toBe('PROGRAM_REJECTED');
    expect(error.message).toMatch(new RegExp(`^bpftrace ${version} ended before its first dump`));
    expect(error.message).toMatch(reason);
    expect(error.message).not.toContain('\n');
  });
});

describe('how a run ended is put in words', () => {
  test.each<[BpftraceEnd['endedFor'], string]>([
    [undefined, 'ended (signal SIGKILL)'],
    ['silent', 'printed no dump for too long and was ended'],
    ['garbage', 'printed what is not its JSON and was ended'],
  ])('%s', (endedFor, words) => {
    expect(describeEnd(buildEnd({ endedFor }))).toBe(words);
  });
});

test('a bpftrace without a word is quoted with its exit code alone', () => {
  const error = explainFirstEnd(buildEnd({ how: 'exit code 255' }), factsOf('0.17.0'));
  expect(error.message).toBe('bpftrace 0.17.0 ended before its first dump (exit code 255)');
});

test.each([
  'signal SIGKILL',
  'could not be started: spawn /usr/bin/bpftrace EAGAIN',
  'could not be started: spawn /usr/bin/bpftrace ENOMEM',
])('what may pass is not held against the program: %s', (how) => {
  const error = explainFirstEnd(buildEnd({ how }), factsOf('0.17.0'));
  expect(error.code).toBe('TRACER_ENDED');
  expect(error.message).toBe(`bpftrace 0.17.0 ended before its first dump (${how})`);
});

test.each([
  ['exit code 255', "ERROR: failed to create map: '@x': Cannot allocate memory"],
  ['signal SIGABRT', 'FATAL: open("/dev/null"): Too many open files: please raise NOFILE'],
  ['signal SIGABRT', "terminate called after throwing an instance of 'std::bad_alloc'"],
  ['signal SIGABRT', '  what():  Resource temporarily unavailable'],
  ['exit code 255', 'ERROR: Error loading BPF program. Error code: -24 (Too many open files).'],
])('nor is what it says that the machine lacks: %s, %s', (how, stderr) => {
  const error = explainFirstEnd(buildEnd({ how, stderr: `${stderr}\n` }), factsOf('0.17.0'));
  expect(error.code).toBe('TRACER_ENDED');
});

test('an abort is: bpftrace before 0.20 aborts on a probe that it does not know', () => {
  const stderr = 'FATAL: Invalid probe type made it to attachpoint parser\n';
  const end = buildEnd({ how: 'signal SIGABRT', stderr });
  expect(explainFirstEnd(end, factsOf('0.17.0')).code).toBe('PROGRAM_REJECTED');
});

test('a bpftrace that we ended ourselves is not said to have rejected the program', () => {
  const error = explainFirstEnd(buildEnd({ endedFor: 'silent' }), factsOf('0.17.0'));
  expect(error.code).toBe('TRACER_SILENT');
  expect(error.message).toBe('bpftrace 0.17.0 printed no dump for too long and was ended');
});

function factsOf(version: string) {
  return buildFacts({ bpftrace: buildBpftrace(version) });
}

function buildEnd(different: Partial<BpftraceEnd>): BpftraceEnd {
  return {
    how: 'signal SIGKILL',
    stderr: '',
    dumps: 0,
    ranMs: 0,
    endedFor: undefined,
    ...different,
  };
}

/** The first line of the recording says how it ended, the rest is its standard error. */
function readEnd(version: string, name: string): BpftraceEnd {
  const text = readFixture(`errors/${version}-${name}.txt`);
  const end = text.indexOf('\n');
  return buildEnd({ how: text.slice(0, end), stderr: text.slice(end + 1) });
}
