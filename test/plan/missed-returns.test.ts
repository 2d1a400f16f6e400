import { expect, test } from 'vitest';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';
import { buildPlanFor } from '../builders.ts';

/** Why failed forks are approximate on a machine whose kretprobes are the way to count them. */
function reasonOn(release: string, cpus: number, options: readonly string[]): string {
  const plan = buildPlanFor({
    kernel: parseKernelRelease(release),
    cpus,
    kprobes: 'available',
    functions: new Map([['kernel_clone', { listed: true, typed: false }]]),
    config: {
      source: '/boot/config',
      options: new Map(
        ['BPF', 'BPF_SYSCALL', 'BPF_EVENTS', 'PERF_EVENTS', 'KPROBES', 'KPROBE_EVENTS']
          .concat(['KRETPROBES', 'FUNCTION_TRACER', 'DYNAMIC_FTRACE'], options)
          .map((name) => [name, 'y']),
      ),
    },
  });
  const error = plan.events.find(({ event }) => event === 'error');
  return `${error?.attachType}: ${error?.reason}`;
}

test('a kernel before 6.2 without preemption keeps one return for each CPU', () => {
  // Seen on Debian's 5.10 with one CPU: one vfork under way, and none of ten failed forks was counted.
  expect(reasonOn('5.10.0-32-cloud-amd64', 1, [])).toMatch(/^kretprobe: .*while 1 other forks/);
  expect(reasonOn('5.10.0-32-cloud-amd64', 8, [])).toMatch(/^kretprobe: .*while 8 other forks/);
});

test('elsewhere it keeps ten, or two for each CPU', () => {
  // Seen on Debian's 6.1 with one CPU: nine vforks under way, and all of ten failed forks were counted; with twelve none.
  expect(reasonOn('6.1.0-50-cloud-amd64', 1, ['PREEMPTION'])).toContain('while 10 other forks');
  expect(reasonOn('5.10.0-32-rt', 8, ['PREEMPT'])).toContain('while 16 other forks');
  expect(reasonOn('6.12.1', 2, [])).toContain('while 10 other forks');
});
