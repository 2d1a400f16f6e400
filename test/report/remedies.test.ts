import { expect, test } from 'vitest';
import type { Why } from '../../src/diagnosis/failed-forks/nearest-limit.ts';
import { findRemedies } from '../../src/report/remedies.ts';
import { buildCaller } from '../diagnosis/failed-forks/callers.ts';

function why(cause: Why['cause'], limit: number | null = 100, name: string | null = null): Why {
  return { cause, name, limit, used: 100, isCertain: true };
}

test('the limit of a cgroup is raised in its file', () => {
  expect(findRemedies(why('cgroup_pids', 20, '/sys/fs/cgroup/a b/pids.max'), undefined)).toEqual({
    now: "echo 40 > '/sys/fs/cgroup/a b/pids.max'",
    lasting: null,
  });
});

test('the limit of a unit is raised by systemd, to stay', () => {
  const file = '/sys/fs/cgroup/system.slice/web.service/';
  const { lasting } = findRemedies(why('cgroup_pids', 20, `${file}pids.max`), undefined);
  expect(lasting).toBe('systemctl set-property web.service TasksMax=40');
  expect(findRemedies(why('memory_cgroup', 4096, `${file}memory.max`), undefined)).toEqual({
    now: 'echo 8192 > /sys/fs/cgroup/system.slice/web.service/memory.max',
    lasting: 'systemctl set-property web.service MemoryMax=8192',
  });
});

test('a limit of no task at all is raised too', () => {
  expect(findRemedies(why('cgroup_pids', 0, '/x/pids.max'), undefined).now).toBe(
    'echo 1 > /x/pids.max',
  );
});

test('where it is not known whose limit it was, there is no remedy', () => {
  expect(findRemedies(why('cgroup_pids', null, '/x/pids.max'), undefined)).toEqual({
    now: null,
    lasting: null,
  });
});

test.each([
  [19, '--nproc=20'],
  [20, '--nproc=20:'],
  [null, '--nproc=20:'],
])('a user’s hard limit of %s is raised where it is in the way', (hardLimit, words) => {
  const { now } = findRemedies(why('rlimit_nproc', 10), buildCaller({ hardLimit }));
  expect(now).toBe(`prlimit --pid 812 ${words}`);
});

test('a user’s limit is raised to stay for its service, or else at its next login', () => {
  expect(findRemedies(why('rlimit_nproc', 10), buildCaller()).lasting).toBe(
    "mkdir -p /etc/systemd/system/nginx.service.d && printf '[Service]\\nLimitNPROC=20\\n' >/etc/systemd/system/nginx.service.d/LimitNPROC.conf && systemctl daemon-reload && systemctl restart nginx.service",
  );
  const caller = buildCaller({ unit: 'session-3.scope' });
  expect(findRemedies(why('rlimit_nproc', 10), caller).lasting).toBe(
    "echo ':33 - nproc 20' >/etc/security/limits.d/90-nproc-33.conf",
  );
});

test('open files of a process', () => {
  expect(findRemedies(why('rlimit_nofile', 64), buildCaller({ unit: null }))).toEqual({
    now: 'prlimit --pid 812 --nofile=128',
    lasting: null,
  });
});

test.each([
  ['threads_max', 'kernel.threads-max', 200],
  ['pid_max', 'kernel.pid_max', 200],
  ['max_namespaces', 'user.max_user_namespaces', 200],
] as const)('a limit of the machine: %s', (cause, name, value) => {
  expect(findRemedies(why(cause, 100, name), undefined)).toEqual({
    now: `sysctl -w ${name}=${value}`,
    lasting: `echo '${name} = ${value}' >/etc/sysctl.d/90-${name}.conf`,
  });
});

test('but not higher than the kernel takes', () => {
  const { now } = findRemedies(why('pid_max', 3_000_000, 'kernel.pid_max'), undefined);
  expect(now).toBe('sysctl -w kernel.pid_max=4194304');
  expect(findRemedies(why('pid_max', 4_194_304, 'kernel.pid_max'), undefined).now).toBeNull();
});

test.each([
  ['pid_namespace_max', 'echo 200 >/proc/sys/kernel/pid_max'],
  ['pid_namespace', 'unshare --pid --fork COMMAND'],
  ['memory_commit', 'sysctl -w vm.overcommit_memory=0'],
  ['namespace_depth', null],
  ['arguments', null],
  ['permission', null],
] as const)('%s', (cause, now) => {
  expect(findRemedies(why(cause), undefined).now).toBe(now);
});
