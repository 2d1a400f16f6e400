import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { ALL_RIGHTS } from '../../src/host/process-rights.ts';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';
import { explainRejection } from '../../src/session/explain-rejection.ts';
import { buildFacts } from '../builders.ts';
import { fakeBpftrace } from './fake-supervisor.ts';

const REJECTED = new UserError('PROGRAM_REJECTED', 'it does not like the program');

/** CAP_SYS_ADMIN alone. */
const LITTLE_MEMORY = { ...ALL_RIGHTS, bounding: 1n << 21n, lockedBytes: 65_536 };

function explain(behaviour: string, different: Partial<HostFacts> = {}) {
  const bpftrace = { path: fakeBpftrace(behaviour), version: '0.17.0', major: 0, minor: 17 };
  return explainRejection(REJECTED, buildFacts({ bpftrace, ...different }));
}

test('where an empty program is loaded, it is ours that was rejected', async () => {
  expect(await explain('rejects-ours')).toBe(REJECTED);
});

test.each<[string, Partial<HostFacts>, RegExp, RegExp]>([
  [
    'a seccomp filter',
    { rights: { ...ALL_RIGHTS, isFiltered: true } },
    /unexpected end of file; a seccomp filter is on this process \(Seccomp of \/proc\/self\/status\) and may keep bpf\(\) and perf_event_open\(\) from it$/,
    /^start it without that filter: SystemCallFilter= /,
  ],
  [
    'little locked memory, before 5.11',
    { kernel: parseKernelRelease('5.10.0'), rights: LITTLE_MEMORY },
    /; locked memory is limited to 65536 bytes \(RLIMIT_MEMLOCK\), and bpftrace cannot raise that without CAP_SYS_RESOURCE$/,
    /LimitMEMLOCK=infinity/,
  ],
  [
    'little locked memory, which 5.11 does not mind',
    { rights: LITTLE_MEMORY },
    /end of file$/,
    /^see/,
  ],
  ['nothing that is known', {}, /unexpected end of file$/, /^see what the kernel says of it/],
])(
  'where nothing is loaded, that is said, with what may keep it: %s',
  async (_, different, message, hint) => {
    const error = await explain('rejects', different);
    expect(error.code).toBe('PROGRAM_REJECTED');
    expect(error.message).toMatch(
      /^bpftrace 0\.17\.0 can load nothing here, not even an empty program: stdin:1:1-5: ERROR: syntax error, /,
    );
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  },
);

test('where the machine lacks memory for an empty program, nothing is said of the kernel', async () => {
  expect(await explain('lacks-memory')).toMatchObject({
    code: 'TRACER_ENDED',
    message:
      "bpftrace 0.17.0 could not load an empty program: ERROR: failed to create map: '@x': Cannot allocate memory",
  });
});
