import { expect, test } from 'vitest';
import { explainFirstEnd } from '../../src/bpftrace/explain-end.ts';
import { parseLauncherLine } from '../../src/bpftrace/launcher-lines.ts';
import { buildFacts } from '../builders.ts';

test('what the launcher says beside the lines of bpftrace', () => {
  expect(parseLauncherLine('{"type": "missed", "data": [[12, 17, 3], [9, 5, 0]]}')).toEqual({
    kind: 'missed',
    programs: [
      { id: 9, type: 5, misses: 0 },
      { id: 12, type: 17, misses: 3 },
    ],
  });
  expect(parseLauncherLine('{"type": "ended", "data": "exit code 255"}')).toMatchObject({
    ended: { exitCode: 255, signal: undefined },
  });
  expect(parseLauncherLine('{"type": "ended", "data": "signal 9"}')).toMatchObject({
    ended: { exitCode: undefined, signal: 'SIGKILL' },
  });
  expect(parseLauncherLine('{"type": "refused", "data": "no such thing"}')).toMatchObject({
    ended: { exitCode: undefined, problem: 'refused by the launcher: no such thing' },
  });
  expect(parseLauncherLine('ERROR: Error attaching probe')).toEqual({ kind: 'complaint' });
});

test.each([
  '',
  '__BPFTRACE_NOTIFY_PROBES_ATTACHED',
  '{"type": "map", "data": {"@a": 1}}',
  '{"type": "missed", "data": [[1, 2, "x"]]}',
  '{"type": "missed", "data": [[',
  `{"type": "missed", "data": [[1, 2, ${'9'.repeat(16)}]]}`,
  '{"type": "printf", "data": "begin 1 2"}',
])('%o is a line of bpftrace', (line) => {
  expect(parseLauncherLine(line)).toBeUndefined();
});

function explain(reason: string) {
  const how = `could not be started: refused by the launcher: ${reason}`;
  const end = { how, stderr: '', dumps: 0, ranMs: 0, endedFor: undefined } as const;
  return explainFirstEnd(end, buildFacts());
}

test('a program that was not rendered: one sentence, and what to run', () => {
  const error = explain(
    'no such program was rendered for this kernel and bpftrace: run ebpf-processes setup as root',
  );
  expect(error.code).toBe('NOT_SET_UP');
  expect(String(error)).toBe(
    'error: no such program was rendered for this kernel and bpftrace\nhint: run once as root: ebpf-processes setup',
  );
});

test('a launcher that cannot be reached may be reached later', () => {
  const how = 'could not be started: connect ECONNREFUSED /run/ebpf-processes.sock';
  const end = { how, stderr: '', dumps: 0, ranMs: 0, endedFor: undefined } as const;
  expect(explainFirstEnd(end, buildFacts({ privilege: 'socket' })).code).toBe('TRACER_ENDED');
  expect(explainFirstEnd(end, buildFacts()).code).toBe('PROGRAM_REJECTED');
});

test('a place that is taken becomes free; what else is refused will not pass', () => {
  expect(explain('all 4 places are taken: other clients run bpftrace already').code).toBe(
    'TRACER_ENDED',
  );
  expect(explain('the client is not in the group of the launcher').code).toBe('NOT_ROOT');
});
