import { describe, expect, test } from 'vitest';
import {
  formatJson,
  formatLogfmt,
  formatPlain,
  type LogLine,
} from '../../../src/cli/log/format.ts';
import { openLog } from '../../../src/cli/log/log.ts';
import { fakeIo } from '../fake-io.ts';

const LINE: LogLine = {
  time: new Date('2026-11-26T07:00:01.250Z'),
  level: 'error',
  sentence: 'a "bad" = thing',
  processId: 47,
  invocationId: 'a1b2',
};

test('a line is as the logs of Netdata', () => {
  expect(formatPlain(LINE)).toMatch(
    /^2026-11-26 \d\d:\d\d:01: ebpf-processes\.plugin ERROR : MAIN : a "bad" = thing\n$/,
  );
  expect(formatLogfmt(LINE)).toBe(
    'time=2026-11-26T07:00:01.250Z comm=ebpf-processes.plugin source=collector level=error invocation_id=a1b2 tid=47 thread=MAIN msg="a \\"bad\\" = thing"\n',
  );
  expect(JSON.parse(formatJson(LINE))).toEqual({
    time: '2026-11-26T07:00:01.250Z',
    comm: 'ebpf-processes.plugin',
    source: 'collector',
    level: 'error',
    invocation_id: 'a1b2',
    tid: '47',
    thread: 'MAIN',
    msg: 'a "bad" = thing',
  });
});

describe('the agent says how to log', () => {
  const print = (env: NodeJS.ProcessEnv) => {
    const { io, stderr } = fakeIo();
    const log = openLog(Object.assign(io, { env, pid: 47 }));
    log('info', 'it runs');
    log('error', 'it fails');
    return stderr();
  };
  test.each<[NodeJS.ProcessEnv, RegExp]>([
    [{}, /^.* INFO {2}: MAIN : it runs\n.* ERROR : MAIN : it fails\n$/],
    [{ NETDATA_LOG_FORMAT: 'logfmt' }, /^time=.* msg="it runs"\ntime=.* msg="it fails"\n$/],
    [{ NETDATA_LOG_FORMAT: 'journal' }, /^time=.* level=info .*\ntime=.* level=error .*\n$/],
    [{ NETDATA_LOG_FORMAT: 'json' }, /^\{.*"it runs"\}\n\{.*"it fails"\}\n$/],
    [{ NETDATA_LOG_LEVEL: 'warning' }, /^.* ERROR : MAIN : it fails\n$/],
    [{ NETDATA_LOG_LEVEL: 'critical' }, /^$/],
    [{ NETDATA_LOG_LEVEL: 'loud' }, /runs.*\n.*fails/],
    [
      { NETDATA_LOG_FORMAT: 'logfmt', NETDATA_INVOCATION_ID: '00ff' },
      /^.* invocation_id=00ff tid=47 /,
    ],
  ])('%j', (env, expected) => {
    expect(print(env)).toMatch(expected);
  });
});
