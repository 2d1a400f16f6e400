import { describe, expect, test } from 'vitest';
import { missingToTrace } from '../../src/host/capabilities.ts';
import {
  ALL_RIGHTS,
  type ProcessRights,
  parseProcessRights,
} from '../../src/host/process-rights.ts';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';
import { whyNoRoot, whyNoSudo } from '../../src/host/why-no-root.ts';
import { whyNothingLoads } from '../../src/host/why-nothing-loads.ts';

const FREE: ProcessRights = { ...ALL_RIGHTS, userNamespace: 'first' };

/** CapBnd of /proc/self/status below the netdata.service of Debian 12. */
const DEBIAN_12 = 0x200820c4n;
/** The same of Netdata's own unit: SYS_ADMIN, PERFMON, SETUID and SETGID are in it. */
const UPSTREAM = 0x40012e35cfn;

const bit = (number: number) => 1n << BigInt(number);
const [SETUID, SYS_ADMIN, PERFMON, BPF] = [bit(7), bit(21), bit(38), bit(39)];
const ALL = (1n << 41n) - 1n;

function explain(effectiveUid: number, rights: Partial<ProcessRights>, release = '6.1.0') {
  const kernel = parseKernelRelease(release);
  return whyNoRoot({ effectiveUid, rights: { ...FREE, ...rights }, kernel });
}

describe('/proc/self/status', () => {
  const STATUS =
    'Name:\tnode\nUid:\t999\t999\t999\t999\nCapInh:\t0000000000000000\nCapPrm:\t0000000000000000\n' +
    'CapEff:\t0000000000000000\nCapBnd:\t00000000200820c4\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n' +
    'Seccomp_filters:\t5\n';

  test('tells what a process may become', () => {
    const limits =
      'Limit                     Soft Limit           Hard Limit           Units     \n' +
      'Max locked memory         65536                8388608              bytes     \n';
    expect(parseProcessRights(STATUS, limits)).toEqual({
      permitted: 0n,
      bounding: DEBIAN_12,
      noNewPrivileges: true,
      isFiltered: true,
      lockedBytes: 65_536,
    });
  });

  test('holds nothing back where it says nothing', () => {
    const { userNamespace: _, ...rest } = ALL_RIGHTS;
    expect(parseProcessRights('', '')).toEqual(rest);
    const unlimited =
      'Max locked memory         unlimited            unlimited            bytes     \n';
    expect(parseProcessRights('', unlimited)).toEqual(rest);
    expect(parseProcessRights('CapPrm:\tp\nCapBnd:\t-1\n', '')).toEqual(rest);
  });
});

describe('what bpftrace needs to trace', () => {
  test.each<[string, bigint, string, string | undefined]>([
    ['nothing', 0n, '6.1.0', 'CAP_BPF and CAP_PERFMON'],
    ['CAP_BPF', BPF, '6.1.0', 'CAP_PERFMON'],
    ['CAP_PERFMON', PERFMON, '6.1.0', 'CAP_BPF'],
    ['both', BPF | PERFMON, '6.1.0', undefined],
    ['CAP_SYS_ADMIN', SYS_ADMIN, '6.1.0', undefined],
    ['both, before 5.8', BPF | PERFMON, '5.4.0', 'CAP_SYS_ADMIN'],
    ["Debian 12's netdata.service", DEBIAN_12, '6.1.0', 'CAP_BPF and CAP_PERFMON'],
    ["Netdata's own unit", UPSTREAM, '6.1.0', undefined],
  ])('with %s', (_, set, release, missing) => {
    expect(missingToTrace(set, parseKernelRelease(release))).toBe(missing);
  });
});

describe('the kernel holds against bpftrace', () => {
  test.each<[string, number, Partial<ProcessRights>, RegExp, RegExp]>([
    [
      'a bounding set, of a user',
      999,
      { bounding: DEBIAN_12 },
      /^bpftrace needs CAP_BPF and CAP_PERFMON, which neither sudo nor a setuid program below this process can have: the bounding set lacks it \(CapBnd/,
      /CapabilityBoundingSet=CAP_BPF CAP_PERFMON in a systemd unit, --cap-add BPF --cap-add PERFMON for a container/,
    ],
    [
      'a bounding set, of root',
      0,
      { bounding: DEBIAN_12 },
      /^bpftrace needs CAP_BPF and CAP_PERFMON, which this root cannot have: /,
      /CapabilityBoundingSet=CAP_BPF CAP_PERFMON/,
    ],
    [
      'no_new_privs, of a user',
      999,
      { noNewPrivileges: true },
      /uid 999, and no_new_privs \(NoNewPrivs of \/proc\/self\/status\) keeps sudo from/,
      /NoNewPrivileges= of a systemd unit/,
    ],
    [
      'no_new_privs of a root that has dropped what it could have',
      0,
      { noNewPrivileges: true, permitted: BPF },
      /^bpftrace needs CAP_PERFMON, which this root cannot have/,
      /PERFMON/,
    ],
    [
      'a bounding set without CAP_SETUID',
      999,
      { bounding: ALL & ~SETUID },
      /uid 999, and sudo cannot become root without CAP_SETUID, which the bounding set lacks/,
      /CapabilityBoundingSet=CAP_SETUID /,
    ],
    [
      'a user namespace, of root',
      0,
      { userNamespace: 'nested' },
      /^bpftrace needs root of the whole machine, and this root is one of a user namespace/,
      /outside of that namespace/,
    ],
    [
      'a user namespace, of a user',
      999,
      { userNamespace: 'nested' },
      /and uid 999 is one of a user namespace/,
      /outside of that namespace/,
    ],
  ])('%s', (_, uid, rights, message, hint) => {
    const problem = explain(uid, rights);
    expect(problem?.code).toBe('NOT_ROOT');
    expect(problem?.message).toMatch(message);
    expect(problem?.hint).toMatch(hint);
  });

  test.each<[string, number, Partial<ProcessRights>]>([
    ['a free root', 0, {}],
    ['a free user', 999, {}],
    ['root of which nothing is known', 0, ALL_RIGHTS],
    ['root without CAP_SETUID', 0, { bounding: ALL & ~SETUID }],
    ['root with no_new_privs, which keeps what it has', 0, { noNewPrivileges: true }],
    ["root below Netdata's own unit", 0, { bounding: UPSTREAM }],
    ["a user below Netdata's own unit", 999, { bounding: UPSTREAM }],
    ['a process with a seccomp filter, which may let this pass', 0, { isFiltered: true }],
  ])('nothing, of %s', (_, uid, rights) => {
    expect(explain(uid, rights)).toBeUndefined();
  });

  test('never suggests to write a rule of sudo', () => {
    const problems = [
      explain(999, { bounding: DEBIAN_12 }),
      explain(999, { noNewPrivileges: true }),
      whyNoSudo(999, undefined),
      whyNoSudo(999, 'sudo: a password is required'),
    ];
    for (const problem of problems) expect(String(problem)).not.toMatch(/NOPASSWD|sudoers/);
  });
});

describe('sudo', () => {
  test.each([
    ['sudo: a password is required', /from a terminal/],
    ['sudo: sorry, you must have a tty to run sudo', /from a terminal/],
    [
      "Sorry, user netdata is not allowed to execute '/usr/bin/bpftrace --version' as root on vm.",
      /^run this as root; /,
    ],
  ])('is quoted: %s', (words, hint) => {
    const problem = whyNoSudo(999, words);
    expect(problem.message).toBe(
      `bpftrace needs root, this is uid 999, and sudo does not make it root unasked: ${words.replace('sudo: ', '')}`,
    );
    expect(problem.hint).toMatch(hint);
  });

  test.each([
    [
      'sudo: unable to resolve host vm: Name or service not known\nsudo: a password is required\n',
      'a password is required',
    ],
    ['', 'it says nothing'],
  ])('is quoted with its reason: %j', (stderr, words) => {
    expect(whyNoSudo(999, stderr).message.split('unasked: ')[1]).toBe(words);
  });

  test('is not there', () => {
    expect(whyNoSudo(999, undefined).message).toBe(
      'bpftrace needs root, this is uid 999, and there is no sudo',
    );
  });
});

describe('buffers that cannot be locked in memory', () => {
  const IPC_LOCK = bit(14);
  const SYS_RESOURCE = bit(24);
  const explainMap = (
    different: Partial<ProcessRights>,
    failure = 'mmap: Operation not permitted',
  ) =>
    whyNothingLoads(
      {
        rights: { ...FREE, bounding: SYS_ADMIN, lockedBytes: 0, ...different },
        kernel: parseKernelRelease('6.1.0'),
      },
      failure,
    )?.because;

  test('are explained by the limit', () => {
    expect(explainMap({ isFiltered: true })).toMatch(/^locked memory is limited to 0 bytes/);
  });

  test.each<[string, Partial<ProcessRights>, string?]>([
    ['CAP_IPC_LOCK', { bounding: IPC_LOCK }],
    ['CAP_SYS_RESOURCE', { bounding: SYS_RESOURCE }],
    ['no limit', { lockedBytes: undefined }],
    ['another failure', {}, 'Function not implemented'],
  ])('not with %s', (_, different, failure) => {
    expect(explainMap(different, failure)).toBeUndefined();
  });
});

test('perf events that only CAP_SYS_ADMIN can open are named where it is missing', () => {
  const explainPerf = (perfEventParanoid: number | undefined, bounding: bigint) =>
    whyNothingLoads(
      {
        rights: { ...FREE, bounding, perfEventParanoid },
        kernel: parseKernelRelease('6.1.0'),
      },
      'Failed to open perf buffer',
    )?.because;
  expect(explainPerf(3, BPF | PERFMON)).toMatch(/^kernel.perf_event_paranoid is 3, with which/);
  expect(explainPerf(3, SYS_ADMIN)).toBeUndefined();
  expect(explainPerf(2, BPF | PERFMON)).toBeUndefined();
  expect(explainPerf(undefined, BPF | PERFMON)).toBeUndefined();
});
