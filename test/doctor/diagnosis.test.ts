import { describe, expect, test } from 'vitest';
import { buildDiagnosis, type Trials } from '../../src/doctor/diagnosis.ts';
import { checkFeatures } from '../../src/doctor/feature-checks.ts';
import type { Giveaways } from '../../src/doctor/giveaway-checks.ts';
import { checkKernel } from '../../src/doctor/kernel-checks.ts';
import { renderDiagnosis } from '../../src/doctor/page.ts';
import { UserError } from '../../src/errors.ts';
import type { BpfFeatures } from '../../src/host/bpf-features.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { ALL_RIGHTS } from '../../src/host/process-rights.ts';
import type { HostSurvey } from '../../src/host/read-host-facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { TRACEPOINTS } from '../../src/plan/candidates.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { buildSettings, without } from '../builders.ts';
import { readMachine } from '../machines.ts';

const MOUNTS = {
  tracefs: ['/sys/kernel/tracing'],
  debugfs: ['/sys/kernel/debug'],
  covers: [],
  offered: new Set(['tracefs', 'debugfs']),
};

/** A machine as it is surveyed where nothing goes wrong. */
function surveyOf(facts: HostFacts, different: Partial<HostSurvey> = {}): HostSurvey {
  return {
    ...facts,
    bpftrace: { ok: true, value: facts.bpftrace },
    privilege: { ok: true, value: facts.privilege },
    tracepoints: { ok: true, value: facts.tracepoints },
    mounts: MOUNTS,
    bpftool: undefined,
    ...different,
  };
}

function diagnose(
  facts: HostFacts,
  different: Partial<HostSurvey> = {},
  settings: Settings = buildSettings('return'),
  trials: Trials = new Map(),
  giveaways: Giveaways = { sudo: undefined, file: undefined },
  distrust?: string,
) {
  const survey = surveyOf(facts, different);
  const canPlan = survey.bpftrace.ok && survey.privilege.ok && survey.tracepoints.ok;
  return buildDiagnosis({
    survey,
    tracepoints: TRACEPOINTS,
    giveaways,
    distrust,
    trials,
    plan: canPlan ? buildPlan(facts, settings) : undefined,
    wantsErrors: settings.loadMode === 'return',
  });
}

/** State, finding and remedy of one check. */
function check({ checks }: ReturnType<typeof diagnose>, name: string) {
  const found = checks.find((candidate) => candidate.name === name);
  return [found?.state, found?.finding, found?.remedy];
}

test('where nothing is missing, every check is ok', () => {
  const { checks, can_run } = diagnose(readMachine('debian-12'));
  expect(can_run).toBe(true);
  expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  for (const { checked } of checks) expect(checked).not.toBe('');
});

describe('what is missing is reported with a remedy', () => {
  const debian = readMachine('debian-12');
  const missing = (code: 'BPFTRACE_MISSING' | 'NOT_ROOT' | 'TRACEFS_UNREADABLE') => ({
    ok: false as const,
    problem: new UserError(code, `${code} happened`, { hint: 'mend it' }),
  });

  test.each<[string, Partial<HostSurvey>]>([
    ['bpftrace', { bpftrace: missing('BPFTRACE_MISSING') }],
    ['privilege', { privilege: missing('NOT_ROOT') }],
    ['tracepoints', { tracepoints: missing('TRACEFS_UNREADABLE') }],
  ])('no %s: nothing can be counted', (name, different) => {
    const diagnosis = diagnose(debian, different);
    expect(diagnosis).toMatchObject({ can_run: false, plan: null });
    expect(check(diagnosis, name)).toEqual(['error', expect.stringMatching(/happened/), 'mend it']);
  });

  test.each<[string, string, string, RegExp, string | null, Partial<HostSurvey>]>([
    [
      'no tracefs',
      'tracefs',
      'error',
      /not mounted/,
      'mount -t tracefs tracefs /sys/kernel/tracing',
      { mounts: { ...MOUNTS, tracefs: [], debugfs: [] } },
    ],
    [
      'tracefs elsewhere',
      'tracefs',
      'error',
      /only at \/mnt/,
      'mount -t tracefs tracefs /sys/kernel/tracing',
      { mounts: { ...MOUNTS, tracefs: ['/mnt'], debugfs: [] } },
    ],
    [
      'tracefs below another mount',
      'tracefs',
      'error',
      /^hidden by what is mounted at \/sys \(tmpfs\)$/,
      'umount /sys',
      {
        mounts: {
          ...MOUNTS,
          tracefs: [],
          debugfs: [],
          covers: [{ type: 'tmpfs', point: '/sys', root: '/', options: [] }],
        },
      },
    ],
    [
      'a kernel without tracing',
      'tracefs',
      'error',
      /this kernel has none/,
      'boot a kernel that has it: grep -l CONFIG_FTRACE=y /boot/config-*',
      { mounts: { ...MOUNTS, tracefs: [], debugfs: [], offered: new Set(['proc']) } },
    ],
    [
      'tracefs, in a container that may not mount it',
      'tracefs',
      'error',
      /not mounted/,
      'mount -t tracefs tracefs /sys/kernel/tracing, where that is allowed (it needs CAP_SYS_ADMIN), and show it here: -v /sys/kernel/tracing:/sys/kernel/tracing for a container',
      { mounts: { ...MOUNTS, tracefs: [], debugfs: [] }, rights: { ...ALL_RIGHTS, bounding: 0n } },
    ],
    [
      'BPF, in a kernel whose options are not known',
      'BPF',
      'error',
      /no bpf\(\)/,
      'boot a kernel with CONFIG_BPF_SYSCALL, CONFIG_PERF_EVENTS and CONFIG_BPF_EVENTS',
      { bpfProblem: 'this kernel has no bpf()' },
    ],
    [
      'no debugfs',
      'debugfs',
      'ok',
      /not mounted; tracefs is enough/,
      null,
      { mounts: { ...MOUNTS, debugfs: [] } },
    ],
    [
      'kprobes off',
      'function tracing',
      'warning',
      /never fire/,
      'echo 1 > /sys/kernel/debug/kprobes/enabled',
      { kprobes: 'disabled' },
    ],
    [
      'ftrace off',
      'function tracing',
      'warning',
      /never fire/,
      'echo 1 > /proc/sys/kernel/ftrace_enabled',
      { ftrace: 'disabled' },
    ],
    [
      'cgroups of version 1 alone',
      'cgroups',
      'warning',
      /approximate/,
      'boot with systemd.unified_cgroup_hierarchy=1',
      { cgroups: { kind: 'v1', v1Mounts: ['/sys/fs/cgroup/memory'] } },
    ],
    [
      'securityfs',
      'lockdown',
      'warning',
      /not known/,
      'mount -t securityfs securityfs /sys/kernel/security',
      { lockdown: { state: 'unknown', source: 'no file' } },
    ],
    [
      'rejected',
      'kernel',
      'error',
      /list: Ubuntu/,
      'update the kernel, or remove the line from the list',
      { rejectedBy: 'list: Ubuntu' },
    ],
    [
      'no config',
      'CONFIG_KPROBES',
      'warning',
      /not known/,
      null,
      { config: { source: undefined, options: new Map() } },
    ],
  ])('%s', (_, name, state, finding, remedy, different) => {
    expect(check(diagnose(debian, different), name)).toEqual([
      state,
      expect.stringMatching(finding),
      remedy,
    ]);
  });

  test('debugfs, which an old bpftrace wants', () => {
    const diagnosis = diagnose(readMachine('debian-11'), { mounts: { ...MOUNTS, debugfs: [] } });
    expect(check(diagnosis, 'debugfs')).toEqual([
      'error',
      'not mounted, and bpftrace 0.11.3 looks nowhere else',
      'mount -t debugfs debugfs /sys/kernel/debug',
    ]);
  });

  test('an option without which no tracepoint takes a program', () => {
    const facts = readMachine('debian-12');
    const config = { ...facts.config, options: without(facts.config.options, 'BPF_EVENTS') };
    const diagnosis = diagnose({ ...facts, config });
    expect(diagnosis.can_run).toBe(false);
    expect(check(diagnosis, 'CONFIG_BPF_EVENTS').slice(0, 2)).toEqual([
      'error',
      'not set: no BPF program can be attached to an event',
    ]);
    expect(check(diagnosis, 'event create')[1]).toBe(
      'absent: this kernel was built without CONFIG_BPF_EVENTS',
    );
  });

  test('an option of the kernel', () => {
    expect(check(diagnose(readMachine('no-kprobes')), 'CONFIG_KPROBES')).toEqual([
      'warning',
      'not set: kprobes are not possible; tracepoints are used',
      'boot a kernel that has it: grep -l CONFIG_KPROBES=y /boot/config-*',
    ]);
  });
});

test('what was asked for by name and is not possible is an error, although the diagnostic can run', () => {
  const diagnosis = diagnose(
    readMachine('no-kprobes'),
    {},
    buildSettings('return', { typeFormat: 'legacy' }),
  );
  expect(diagnosis.can_run).toBe(true);
  const errors = diagnosis.checks.filter(({ state }) => state === 'error');
  expect(errors.map(({ name }) => name)).toEqual(['settings']);
});

test('each attach type is reported as its trial went', () => {
  const wasTried = true;
  const trials: Trials = new Map([
    ['fentry', { attachPoint: 'kfunc:release_task', wasTried, failure: 'Operation not permitted' }],
    ['kprobe', { attachPoint: 'kprobe:release_task', wasTried, failure: undefined }],
    ['rawtracepoint', { attachPoint: 'rawtracepoint:x', wasTried: false, failure: 'it may harm' }],
  ]);
  const diagnosis = diagnose(readMachine('debian-12'), {}, undefined, trials);
  expect(check(diagnosis, 'fentry by trial').slice(0, 2)).toEqual([
    'warning',
    'does not attach: Operation not permitted; other attach types are used',
  ]);
  expect(check(diagnosis, 'kprobe by trial').slice(0, 2)).toEqual(['ok', 'attaches']);
  expect(check(diagnosis, 'rawtracepoint by trial')[1]).toBe(
    'not tried: it may harm; other attach types are used',
  );
});

const PLAIN = (_: string, text: string) => text;

test('the page begins with its verdict, shows what matters, and the rest with -v', () => {
  const diagnosis = diagnose(readMachine('no-kprobes'));
  const page = renderDiagnosis(diagnosis, PLAIN, { isVerbose: false, columns: 120 });
  expect(page).toMatch(/^(Everything can be counted exactly here|Counted exactly here: .*)\.\n/);
  expect(page).not.toContain('CONFIG_KPROBES ');
  expect(page).toMatch(/^\d+ checks are ok, \d+ concern ways to attach .*; -v shows all$/m);

  const whole = renderDiagnosis(diagnosis, PLAIN, { isVerbose: true, columns: 120 });
  expect(whole.split('\n')[0]).toBe(page.split('\n')[0]);
  expect(whole).toMatch(/^warning {2}CONFIG_KPROBES {2,}not set: kprobes are not possible/m);
  expect(whole).toMatch(/^ +checked: \/boot\/config$/m);
  expect(whole).toMatch(/^ +remedy: boot a kernel that has it: grep -l CONFIG_KPROBES=y/m);
  expect(whole).toMatch(/^exec {2,}\w+ {2,}exact/m);
});

describe('the verdict', () => {
  const debian = readMachine('debian-12');

  test('where nothing is missing', () => {
    expect(diagnose(debian).verdict).toBe('Everything can be counted exactly here');
    expect(renderDiagnosis(diagnose(debian), PLAIN, { isVerbose: false, columns: 120 })).toMatch(
      /^Everything can be counted exactly here\.\n\n\d+ checks are ok; -v shows all\nStart with: /,
    );
  });

  test('where something makes nothing work: what, and how to mend it', () => {
    const problem = new UserError('BPFTRACE_MISSING', 'bpftrace is not installed', {
      hint: 'get it',
    });
    const diagnosis = diagnose(debian, { bpftrace: { ok: false, problem } });
    expect(diagnosis.verdict).toBe(
      'Nothing can be counted here: bpftrace: bpftrace is not installed',
    );
    const page = renderDiagnosis(diagnosis, PLAIN, { isVerbose: false, columns: 120 });
    expect(page).toMatch(/^ +remedy: get it$/m);
    expect(page).not.toContain('Start with');
  });

  test('where failed forks are only approximate: why nothing better is there', () => {
    const facts = readMachine('no-kprobes');
    const diagnosis = diagnose({ ...facts, btf: 'absent', functions: new Map() });
    expect(diagnosis.verdict).toMatch(/^Counted exactly here: .*; failed forks approximately$/);
    expect(renderDiagnosis(diagnosis, PLAIN, { isVerbose: false, columns: 120 })).toMatch(
      /^approximate {2}failed forks {2}/m,
    );
  });

  test('where an event is absent', () => {
    const facts = readMachine('debian-12');
    const tracepoints = new Map([...facts.tracepoints].filter(([name]) => !/exec/.test(name)));
    expect(diagnose({ ...facts, tracepoints }).verdict).toMatch(/execs not at all/);
  });

  test('where somebody is made root', () => {
    const rules = ['(root) NOPASSWD: /usr/bin/bpftrace'];
    const sudo = { user: 'netdata', source: 'sudo -l', rules };
    const { verdict } = diagnose(debian, {}, undefined, undefined, { sudo, file: undefined });
    expect(verdict).toBe(
      'Everything can be counted exactly here; and sudo rule is wrong, see below',
    );
  });
});

describe('what bpftool found out', () => {
  const ALL: BpfFeatures = {
    programTypes: new Set(['tracepoint', 'perf_event', 'raw_tracepoint', 'tracing', 'kprobe']),
    mapTypes: new Set(['hash', 'percpu_hash', 'percpu_array', 'perf_event_array']),
    helpers: new Set([
      'bpf_map_lookup_elem',
      'bpf_map_update_elem',
      'bpf_get_current_task',
      'bpf_get_current_pid_tgid',
      'bpf_get_current_cgroup_id',
      'bpf_ktime_get_ns',
      'bpf_perf_event_output',
    ]),
    jit: 1,
    options: new Map(),
  };

  test('is ok where nothing is missing', () => {
    expect(checkFeatures(ALL).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(checkFeatures(undefined)).toEqual([]);
  });

  test.each<[string, Partial<BpfFeatures>, string, RegExp, string | null]>([
    ['BPF program types', { programTypes: new Set() }, 'error', /tracepoint, perf_event$/, null],
    ['BPF map types', { mapTypes: new Set(['hash']) }, 'error', /percpu_hash/, null],
    ['BPF helpers', { helpers: new Set() }, 'error', /bpf_map_lookup_elem/, null],
    ['BPF compiler (JIT)', { jit: 0 }, 'warning', /^off/, 'sysctl -w net.core.bpf_jit_enable=1'],
  ])('%s', (name, different, state, finding, remedy) => {
    const found = checkFeatures({ ...ALL, ...different }).find((one) => one.name === name);
    expect(found).toMatchObject({ state, finding: expect.stringMatching(finding), remedy });
  });

  test('that it failed is no fault of the machine', () => {
    expect(checkFeatures('bpftool failed')).toMatchObject([
      { state: 'warning', finding: 'bpftool failed', spare: true },
    ]);
  });

  test('tells an option of a kernel that has no file with options', () => {
    const config = { source: undefined, options: new Map() };
    const survey = surveyOf(readMachine('debian-12'), { config });
    const checks = checkKernel(survey, new Map([['CONFIG_BPF', 'y']]));
    expect(checks.find(({ name }) => name === 'CONFIG_BPF')?.state).toBe('ok');
    expect(checks.find(({ name }) => name === 'CONFIG_BPF_JIT')?.finding).toMatch(/^not known/);
  });
});

describe('who is made root through bpftrace', () => {
  const GOOD_FILE = {
    path: '/usr/bin/bpftrace',
    isSetuidRoot: false,
    capabilities: undefined,
    changeable: undefined,
  };
  const judge = (giveaways: Partial<Giveaways>, name: string) =>
    check(
      diagnose(readMachine('debian-12'), {}, undefined, undefined, {
        sudo: undefined,
        file: undefined,
        ...giveaways,
      }),
      name,
    );

  test.each([
    ['netdata', /^user netdata may run bpftrace as root, which makes user netdata root: /],
    [undefined, /^you may run bpftrace as root, which makes you root: /],
  ])('by a rule of sudo for %s', (user, finding) => {
    const rules = ['(root) NOPASSWD: /usr/bin/bpftrace'];
    const found = judge({ sudo: { user, source: 'sudo -l', rules } }, 'sudo rule');
    expect(found).toEqual([
      'error',
      expect.stringMatching(finding),
      expect.stringMatching(/^remove it/),
    ]);
    expect(found[1]).toContain(rules[0]);
  });

  test('is nobody without such a rule', () => {
    const sudo = { user: 'netdata', source: 'sudo -l', rules: [] };
    expect(judge({ sudo }, 'sudo rule')[0]).toBe('ok');
    expect(judge({ file: GOOD_FILE }, 'file of bpftrace')[0]).toBe('ok');
  });

  test.each([
    [{ isSetuidRoot: true }, /^setuid root: /, 'chmod u-s /usr/bin/bpftrace'],
    [{ capabilities: 'cap_bpf=ep' }, /cap_bpf=ep/, 'setcap -r /usr/bin/bpftrace'],
    [
      { changeable: '/usr/bin' },
      /^whoever can change \/usr\/bin is root/,
      /^chown root: \/usr\/bin /,
    ],
  ])('by its file: %j', (different, finding, remedy) => {
    expect(judge({ file: { ...GOOD_FILE, ...different } }, 'file of bpftrace')).toEqual([
      'error',
      expect.stringMatching(finding),
      expect.stringMatching(remedy),
    ]);
  });
});

test('a tracepoint that does not attach below a filter of system calls names that filter', () => {
  const trials: Trials = new Map([
    ['tracepoint', { attachPoint: 'x', wasTried: true, failure: 'Operation not permitted' }],
  ]);
  const rights = { ...ALL_RIGHTS, isFiltered: true };
  const diagnosis = diagnose(readMachine('debian-12'), { rights }, undefined, trials);
  expect(check(diagnosis, 'tracepoint by trial')).toEqual([
    'error',
    expect.stringMatching(/^does not attach: Operation not permitted; a seccomp filter is on /),
    expect.stringMatching(/SystemCallFilter=/),
  ]);
});

test('shared memory of Netdata that is not believed is named, with its owner', () => {
  const facts = readMachine('debian-12');
  const none = { sudo: undefined, file: undefined };
  const diagnosis = diagnose(
    facts,
    {},
    buildSettings('return'),
    new Map(),
    none,
    'belongs to user 1001',
  );
  expect(check(diagnosis, 'names of cgroups')).toEqual([
    'warning',
    '/dev/shm/netdata_shm_cgroup_ebpf belongs to user 1001, and is not believed: names come from container runtimes and paths',
    'rm /dev/shm/netdata_shm_cgroup_ebpf && systemctl restart netdata',
  ]);
  expect(check(diagnose(facts), 'names of cgroups')).toEqual([undefined, undefined, undefined]);
});
