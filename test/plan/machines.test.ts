import { expect, test } from 'vitest';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { type EventPlan, isAttached } from '../../src/plan/plan.ts';
import { buildSettings } from '../builders.ts';
import { MACHINES, readMachine } from '../machines.ts';

/** The plan of each machine in return mode, as it has to be: attach points and quality, or the reason of absence. */
const PLANS: Readonly<Record<string, string>> = {
  'alpine-virt': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: kprobe:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
  not exit.tracepoint.acct-process.fentry: this kernel has no type information (BTF)
release: computed exact
error: kretprobe:kernel_clone approximate
  not error.fexit: this kernel has no type information (BTF)
`,
  'amazon-linux-2': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: kprobe:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
  not exit.tracepoint.acct-process.fentry: this kernel has no type information (BTF)
release: computed exact
error: kretprobe:_do_fork approximate
  not error.fexit: this kernel has no type information (BTF)
`,
  container: `
create: absent, this kernel has no tracepoint task:task_newtask
exec: absent, this kernel has no tracepoint sched:sched_process_exec
exit: absent, this kernel has no tracepoint sched:sched_process_exit
release: computed exact
error: absent, tracefs cannot be read, which bpftrace wants for it; this kernel has no tracepoint at the return of clone, clone3, fork or vfork
`,
  'debian-10': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: kprobe:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
  not exit.tracepoint.acct-process.fentry: this kernel has no type information (BTF)
release: computed exact
error: kretprobe:_do_fork approximate
  not error.fexit: this kernel has no type information (BTF)
`,
  'debian-11': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: kprobe:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
  not exit.tracepoint.acct-process.fentry: bpftrace 0.11.3 cannot read this kernel's type information (BTF)
release: computed exact
error: kretprobe:kernel_clone approximate
  not error.fexit: bpftrace 0.11.3 cannot read this kernel's type information (BTF)
`,
  'debian-12': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: fentry:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
release: computed exact
error: fexit:kernel_clone exact
`,
  'debian-13': `
create: rawtracepoint:task_newtask exact
exec: rawtracepoint:sched_process_exec exact
exit: fentry:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
release: computed exact
error: fexit:kernel_clone exact
`,
  'debian-sid': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: tracepoint:sched:sched_process_exit exact
release: computed exact
error: fexit:kernel_clone exact
`,
  'lockdown-confidentiality': `
create: absent, this kernel is locked down (confidentiality), which lets no BPF program read it
exec: absent, this kernel is locked down (confidentiality), which lets no BPF program read it
exit: absent, this kernel is locked down (confidentiality), which lets no BPF program read it
release: computed exact
error: absent, this kernel is locked down (confidentiality), which lets no BPF program read it
`,
  'lockdown-integrity': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: fentry:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
release: computed exact
error: fexit:kernel_clone exact
`,
  'no-btf': `
create: absent, bpftrace 0.27.1 reads tracepoint fields only with kernel type information (BTF), which this kernel lacks
exec: absent, bpftrace 0.27.1 reads tracepoint fields only with kernel type information (BTF), which this kernel lacks
exit: kprobe:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
  not exit.tracepoint.acct-process.fentry: this kernel has no type information (BTF)
release: computed exact
error: kretprobe:kernel_clone approximate
  not error.fexit: this kernel has no type information (BTF)
`,
  'no-kprobes': `
create: rawtracepoint:task_newtask exact
exec: rawtracepoint:sched_process_exec exact
exit: rawtracepoint:sched_process_exit exact
release: computed exact
error: tracepoint:syscalls:sys_exit_clone tracepoint:syscalls:sys_exit_clone3 tracepoint:syscalls:sys_exit_fork tracepoint:syscalls:sys_exit_vfork exact
  not error.fexit: this kernel is locked down (integrity) and lets nobody read which functions can be traced
  not error.kretprobe: this kernel was built without CONFIG_KPROBES
`,
  'rhel-7.9': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: kprobe:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
  not exit.tracepoint.acct-process.fentry: this kernel has no type information (BTF)
release: computed exact
error: kretprobe:do_fork approximate
  not error.fexit: this kernel has no type information (BTF)
`,
  'rhel-8.10': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: fentry:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
release: computed exact
error: fexit:_do_fork exact
`,
  'ubuntu-20.04': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: kprobe:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
  not exit.tracepoint.acct-process.fentry: this kernel was built without CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS
release: computed exact
error: kretprobe:_do_fork approximate
  not error.fexit: this kernel was built without CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS
`,
  'ubuntu-22.04': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: fentry:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
release: computed exact
error: fexit:kernel_clone exact
`,
  'ubuntu-24.04': `
create: tracepoint:task:task_newtask exact
exec: tracepoint:sched:sched_process_exec exact
exit: fentry:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
release: computed exact
error: fexit:kernel_clone exact
`,
  'unknown-config': `
create: rawtracepoint:task_newtask exact
exec: rawtracepoint:sched_process_exec exact
exit: fentry:acct_process tracepoint:sched:sched_process_exit exact
  not exit.tracepoint.group-dead: sched:sched_process_exit of this kernel has no field group_dead
release: computed exact
error: fexit:kernel_clone exact
`,
};

test('every machine of the fixtures has its plan in the table', () => {
  expect(Object.keys(PLANS).sort()).toEqual(MACHINES);
});

test.each(MACHINES)('the plan for %s is the one of the table', (name) => {
  const plan = buildPlan(readMachine(name), buildSettings('return'));
  expect(`\n${plan.events.map(describe).join('')}`).toBe(PLANS[name]);
});

function describe(event: EventPlan): string {
  if (event.quality === 'absent') return `${event.event}: absent, ${event.reason}\n`;
  if (!isAttached(event)) return `${event.event}: computed ${event.quality}\n`;
  const refused = event.refused.map(({ probe, reason }) => `  not ${probe}: ${reason}\n`);
  return `${event.event}: ${event.attachPoints.join(' ')} ${event.quality}\n${refused.join('')}`;
}

test('from 6.16 on no end is told by acct_process, which comes after the tracepoint there', () => {
  const sid = readMachine('debian-sid');
  const functions = new Map([...sid.functions, ['acct_process', { listed: true, typed: false }]]);
  const facts = { ...sid, functions, btf: 'absent' as const, offsets: new Map() };
  const exit = buildPlan(facts, buildSettings('return')).events.find(
    ({ event }) => event === 'exit',
  );
  expect(exit).toMatchObject({
    quality: 'absent',
    reason: expect.stringMatching(
      /only with kernel type .*; since 6\.16 .* after sched_process_exit$/,
    ),
  });
});
