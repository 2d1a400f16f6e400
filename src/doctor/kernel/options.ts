import type { HostSurvey } from '../../host/read-host-facts.ts';
import { type Check, error, ok, spare, warning } from '../check.ts';

/**
 * What the kernel was built with.
 *
 * @param fromBpftool - Options that bpftool found, for a kernel whose options we do not.
 */
export function checkOptions(
  survey: HostSurvey,
  fromBpftool: ReadonlyMap<string, string> = new Map(),
): Check[] {
  return [
    ...NEEDED.map((option) => checkOption(survey, option, fromBpftool)),
    ...checkBpf(survey),
    checkAttachOptions(survey),
  ];
}

interface Option {
  readonly name: string;
  readonly state: 'warning' | 'error';
  /** What is not possible without it. */
  readonly without: string;
  /** Something else takes its place. */
  readonly isSpare?: boolean;
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
  {
    name: 'KPROBES',
    state: 'warning',
    without: 'kprobes are not possible; tracepoints are used',
    isSpare: true,
  },
];

function checkOption(
  { config }: HostSurvey,
  { name, state, without, isSpare }: Option,
  fromBpftool: ReadonlyMap<string, string>,
): Check {
  const title = `CONFIG_${name}`;
  if (config.source === undefined) {
    const found = fromBpftool.get(title);
    if (found === 'y') return ok(title, found, 'bpftool feature probe');
    return spare(
      warning(
        title,
        'not known: there is no file with the options of this kernel',
        '/proc/config.gz, /boot/config-*, /lib/modules/*/config',
        null,
      ),
    );
  }
  const value = config.options.get(name);
  if (value === 'y') return ok(title, 'y', config.source);
  // Kernels before 3.19 have no option BPF apart from the system call.
  if (name === 'BPF' && config.options.get('BPF_SYSCALL') === 'y') {
    return ok(title, 'BPF_SYSCALL stands for it', config.source);
  }
  const missing: Check = {
    name: title,
    state,
    finding: `not set: ${without}`,
    checked: config.source,
    remedy: `boot a kernel that has it: grep -l ${title}=y /boot/config-*`,
  };
  return isSpare ? spare(missing) : missing;
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
    return spare(warning(name, 'not known', '/proc/config.gz, /boot/config-*', null));
  }
  const missing = ATTACH_OPTIONS.filter((option) => config.options.get(option) !== 'y');
  return missing.length === 0
    ? ok(name, 'all are set', config.source)
    : spare(
        warning(
          name,
          `not set: ${missing.map((option) => `CONFIG_${option}`).join(', ')}`,
          config.source,
          null,
        ),
      );
}
