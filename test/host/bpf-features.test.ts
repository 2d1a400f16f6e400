import { expect, test } from 'vitest';
import { parseFeatures } from '../../src/host/bpf-features.ts';

test('what bpftool 7.1 found out, shortened', () => {
  const found = parseFeatures({
    system_config: { bpf_jit_enable: 1, CONFIG_BPF: 'y', CONFIG_KPROBE_EVENTS: null },
    syscall_config: { have_bpf_syscall: true },
    program_types: { have_raw_tracepoint_prog_type: true, have_tracing_prog_type: false },
    map_types: { have_percpu_hash_map_type: true, have_ringbuf_map_type: false },
    helpers: { tracepoint_available_helpers: ['bpf_ktime_get_ns'], xdp_available_helpers: ['x'] },
  });
  expect(found).toEqual({
    programTypes: new Set(['raw_tracepoint']),
    mapTypes: new Set(['percpu_hash']),
    helpers: new Set(['bpf_ktime_get_ns']),
    jit: 1,
    options: new Map([['CONFIG_BPF', 'y']]),
  });
});

test.each([[null], ['x'], [{ helpers: [], system_config: 3 }]])('%j holds nothing', (answer) => {
  const { programTypes, helpers, jit } = parseFeatures(answer);
  expect([programTypes.size, helpers.size, jit]).toEqual([0, 0, undefined]);
});
