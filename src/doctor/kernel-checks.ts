import { isAtLeast } from '../host/facts.ts';
import type { HostSurvey } from '../host/read-host-facts.ts';
import { findViewProblems } from '../plan/views.ts';
import { type Check, error, ok, warning } from './check.ts';

/** What the kernel is, what it was built with, and what it allows. */
export function checkKernel(survey: HostSurvey): Check[] {
  return [
    checkRelease(survey),
    ...NEEDED.map((option) => checkOption(survey, option)),
    ...checkBpf(survey),
    checkAttachOptions(survey),
    checkLockdown(survey),
    checkTypes(survey),
    checkKprobes(survey),
    checkFunctions(survey),
    checkCgroups(survey),
  ];
}

function checkRelease({ kernel, rejectedBy }: HostSurvey): Check {
  const finding = `Linux ${kernel.release}`;
  if (rejectedBy !== undefined) {
    return error(
      'kernel',
      `${finding} is on Netdata's list of kernels that must not run eBPF (${rejectedBy})`,
      'that list',
      'update the kernel, or remove the line from the list',
    );
  }
  // Netdata's own limit; RHEL 7.5 has what is needed in its 3.10.
  return isAtLeast(kernel, 4, 11)
    ? ok('kernel', finding, 'uname -r')
    : warning(
        'kernel',
        `${finding} is older than 4.11: what works depends on what the distribution added to it`,
        'uname -r',
        'update the kernel',
      );
}

interface Option {
  readonly name: string;
  readonly state: 'warning' | 'error';
  /** What is not possible without it. */
  readonly without: string;
}

/** The kernel options that Netdata's page of the integration asks for, and those without which nothing can be attached. */
const NEEDED: readonly Option[] = [
  { name: 'BPF', state: 'error', without: 'no BPF program can run' },
  { name: 'BPF_SYSCALL', state: 'error', without: 'no BPF program can be loaded' },
  { name: 'PERF_EVENTS', state: 'error', without: 'no BPF program can be attached' },
  { name: 'BPF_EVENTS', state: 'error', without: 'no BPF program can be attached to an event' },
  {
    name: 'BPF_JIT',
    state: 'warning',
    without: 'BPF programs are slower, and fentry is not possible',
  },
  { name: 'KPROBES', state: 'warning', without: 'kprobes are not possible; tracepoints are used' },
];

function checkOption({ config }: HostSurvey, { name, state, without }: Option): Check {
  const title = `CONFIG_${name}`;
  if (config.source === undefined) {
    return warning(
      title,
      'not known: there is no file with the options of this kernel',
      '/proc/config.gz, /boot/config-*, /lib/modules/*/config',
      null,
    );
  }
  const value = config.options.get(name);
  if (value === 'y') return ok(title, 'y', config.source);
  // Kernels before 3.19 have no option BPF apart from the system call.
  if (name === 'BPF' && config.options.get('BPF_SYSCALL') === 'y') {
    return ok(title, 'BPF_SYSCALL stands for it', config.source);
  }
  return {
    name: title,
    state,
    finding: `not set: ${without}`,
    checked: config.source,
    remedy: `boot a kernel that has it: grep -l ${title}=y /boot/config-*`,
  };
}

/** Says something only where the options are not known, and the kernel lacks what it takes all the same. */
function checkBpf({ bpfProblem }: HostSurvey): Check[] {
  if (bpfProblem === undefined) return [];
  return [
    error(
      'BPF',
      bpfProblem,
      '/proc/sys/kernel, /proc/kallsyms',
      'boot a kernel with CONFIG_BPF_SYSCALL, CONFIG_PERF_EVENTS and CONFIG_BPF_EVENTS',
    ),
  ];
}

/** Options that some attach types need; without one, another attach type is used. */
const ATTACH_OPTIONS = [
  'KPROBE_EVENTS',
  'FUNCTION_TRACER',
  'DYNAMIC_FTRACE_WITH_DIRECT_CALLS',
  'FTRACE_SYSCALLS',
  'DEBUG_INFO_BTF',
  'BSD_PROCESS_ACCT',
  'CGROUPS',
] as const;

function checkAttachOptions({ config }: HostSurvey): Check {
  const name = 'options for attach types';
  if (config.source === undefined) {
    return warning(name, 'not known', '/proc/config.gz, /boot/config-*', null);
  }
  const missing = ATTACH_OPTIONS.filter((option) => config.options.get(option) !== 'y');
  return missing.length === 0
    ? ok(name, 'all are set', config.source)
    : warning(
        name,
        `not set: ${missing.map((option) => `CONFIG_${option}`).join(', ')}`,
        config.source,
        null,
      );
}

function checkLockdown({ lockdown }: HostSurvey): Check {
  const { state, source } = lockdown;
  switch (state) {
    case 'none':
      return ok('lockdown', 'none', source);
    case 'integrity':
      return ok(
        'lockdown',
        'integrity: tracing is allowed; on some kernels fentry cannot be attached then',
        source,
      );
    case 'confidentiality':
      return error(
        'lockdown',
        'confidentiality: no BPF program may read this kernel',
        source,
        'boot without lockdown=confidentiality',
      );
    case 'unknown':
      return warning(
        'lockdown',
        `not known: ${source}`,
        '/sys/kernel/security/lockdown',
        'mount -t securityfs securityfs /sys/kernel/security',
      );
  }
}

function checkTypes({ btf, bpftrace }: HostSurvey): Check {
  const file = '/sys/kernel/btf/vmlinux';
  switch (btf) {
    case 'readable':
      return ok('type information (BTF)', 'readable', file);
    case 'absent':
      return warning(
        'type information (BTF)',
        'this kernel has none: no fentry, and bpftrace 0.25 and later read no field of a tracepoint',
        file,
        'boot a kernel with CONFIG_DEBUG_INFO_BTF=y',
      );
    case 'unreadable':
      return warning(
        'type information (BTF)',
        bpftrace.ok
          ? `bpftrace ${bpftrace.value.version} cannot read this kernel's`
          : 'present, but there is no bpftrace to read it',
        `${file}, and the version of bpftrace`,
        'install bpftrace 0.12 or later',
      );
  }
}

function checkKprobes({ kprobes, ftrace }: HostSurvey): Check {
  if (ftrace === 'disabled') {
    return warning(
      'function tracing',
      'switched off: kprobes and fentry attach and never fire',
      '/proc/sys/kernel/ftrace_enabled',
      'echo 1 > /proc/sys/kernel/ftrace_enabled',
    );
  }
  switch (kprobes) {
    case 'available':
      return ok(
        'function tracing',
        'this kernel has kprobes, switched on',
        'kprobe_events of tracefs',
      );
    case 'absent':
      return warning(
        'function tracing',
        'this kernel offers no kprobes; tracepoints are used',
        'kprobe_events of tracefs, /sys/bus/event_source/devices/kprobe',
        null,
      );
    case 'disabled':
      return warning(
        'function tracing',
        'kprobes are switched off: they attach and never fire',
        '/sys/kernel/debug/kprobes/enabled',
        'echo 1 > /sys/kernel/debug/kprobes/enabled',
      );
  }
}

function checkFunctions({ functions, privilege }: HostSurvey): Check {
  const name = 'functions';
  const known = [...functions].map(([func, facts]) => `${func} ${describeFunction(facts)}`);
  const isHidden = [...functions.values()].every(({ listed }) => listed === undefined);
  const finding = known.length === 0 ? 'none that a plan may use is known' : known.join(', ');
  if (!isHidden) return ok(name, finding, 'available_filter_functions of tracefs');
  return warning(
    name,
    `which can be traced is not known; ${finding}`,
    'available_filter_functions of tracefs, which cannot be read',
    privilege.ok && privilege.value === 'root' ? null : 'run this as root',
  );
}

function describeFunction({ listed, typed }: { listed: boolean | undefined; typed: boolean }) {
  const trace = { true: 'traceable', false: 'not traceable', undefined: 'there' }[String(listed)];
  return typed ? `${trace} with types` : trace;
}

function checkCgroups(survey: HostSurvey): Check {
  const { cgroups } = survey;
  const source = '/proc/self/mountinfo';
  const problem = findViewProblems(survey).find(({ of }) => of === 'cgroups');
  if (problem !== undefined) {
    const finding = `${problem.problem}: ${problem.consequence}`;
    return warning('cgroups', finding, source, problem.remedy);
  }
  switch (cgroups.kind) {
    case 'unified':
      return ok('cgroups', `version 2, on ${cgroups.v2Mount}`, source);
    case 'hybrid':
      return warning(
        'cgroups',
        `version 1, and version 2 on ${cgroups.v2Mount}: counts of a container that is in version 1 alone are approximate`,
        source,
        'boot with systemd.unified_cgroup_hierarchy=1',
      );
    case 'v1':
      return warning(
        'cgroups',
        'version 1 only: counts by cgroup and service, and those of a command, are approximate',
        source,
        'boot with systemd.unified_cgroup_hierarchy=1',
      );
    case 'none':
      return warning(
        'cgroups',
        'none are mounted: there are no counts by cgroup and service',
        source,
        'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
      );
  }
}
