import { expect, test } from 'vitest';
import { readBpftraceUsage, sumUp } from '../../src/bpftrace/kernel-usage.ts';

const HASH = 'pos:\t0\nmap_type:\t1\nkey_size:\t8\nmemlock:\t4096\n';
const PER_CPU = 'pos:\t0\nmap_type:\t5\nmemlock:\t8192\n';
const PROGRAM = 'prog_type:\t5\nmemlock:\t4096\nrun_time_ns:\t900\nrun_cnt:\t3\nprog_id:\t7\n';

test('tables and programs are told apart and summed up', () => {
  expect(sumUp([HASH, PER_CPU, PROGRAM, PROGRAM], true)).toEqual({
    tables: 2,
    tablesPerCpu: 1,
    kernelBytes: 20_480,
    programs: { runs: 6, runNs: 1_800 },
    programIds: [7, 7],
  });
});

test('a kernel that measures no program has no times, not 0', () => {
  expect(sumUp([PROGRAM], false).programs).toBeNull();
});

test('a process that is gone uses nothing that we know', () => {
  expect(readBpftraceUsage(0)).toBeUndefined();
});
