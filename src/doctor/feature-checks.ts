import type { BpfFeatures } from '../host/bpf-features.ts';
import { type Check, error, ok, spare, warning } from './check.ts';

const CHECKED = 'bpftool feature probe';

/** Types without which nothing can be counted and printed: counting, and the timer of dumps. */
const PROGRAM_TYPES = ['tracepoint', 'perf_event'];

/** Types that other ways to attach need. */
const SPARE_PROGRAM_TYPES = ['raw_tracepoint', 'tracing', 'kprobe'];

const MAP_TYPES = ['hash', 'percpu_hash', 'percpu_array', 'perf_event_array'];

/** What programs call to count by task and cgroup. */
const HELPERS = [
  'bpf_map_lookup_elem',
  'bpf_map_update_elem',
  'bpf_get_current_task',
  'bpf_get_current_pid_tgid',
  'bpf_get_current_cgroup_id',
  'bpf_ktime_get_ns',
  'bpf_perf_event_output',
];

/**
 * What bpftool found out about BPF by trying.
 *
 * @param features - Why there are none, where it failed; `undefined` where it is not installed, or not asked.
 */
export function checkFeatures(features: BpfFeatures | string | undefined): Check[] {
  if (features === undefined) return [];
  if (typeof features === 'string') {
    return [spare(warning('BPF by bpftool', features, CHECKED, null))];
  }
  const { programTypes, mapTypes, helpers } = features;
  return [
    checkAll('BPF program types', PROGRAM_TYPES, programTypes),
    spare(checkAll('BPF program types, others', SPARE_PROGRAM_TYPES, programTypes, warning)),
    checkAll('BPF map types', MAP_TYPES, mapTypes),
    checkAll('BPF helpers', HELPERS, helpers),
    checkJit(features),
  ];
}

/** @param judge - What it is where some are missing. */
function checkAll(
  name: string,
  wanted: readonly string[],
  there: ReadonlySet<string>,
  judge: typeof error = error,
): Check {
  const missing = wanted.filter((one) => !there.has(one));
  return missing.length === 0
    ? ok(name, wanted.join(', '), CHECKED)
    : judge(name, `this kernel does not take ${missing.join(', ')}`, CHECKED, null);
}

function checkJit({ jit }: BpfFeatures): Check {
  const name = 'BPF compiler (JIT)';
  if (jit === undefined) return ok(name, 'not known', CHECKED);
  return jit === 0
    ? warning(
        name,
        'off: programs are interpreted, and take several times as long',
        CHECKED,
        'sysctl -w net.core.bpf_jit_enable=1',
      )
    : ok(name, 'on', CHECKED);
}
