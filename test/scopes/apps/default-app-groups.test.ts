import { describe, expect, test } from 'vitest';
import type { AppPattern } from '../../../src/scopes/apps/app-pattern.ts';
import { DEFAULT_APP_GROUPS } from '../../../src/scopes/apps/default-app-groups.ts';
import { DIALECTS } from '../../../src/scopes/apps/dialect.ts';
import { Identifier } from '../../../src/scopes/apps/identify.ts';
import { parseAppGroups } from '../../../src/scopes/apps/parse-app-groups.ts';
import { findNaively } from './naive-matcher.ts';

const { groups, problems } = parseAppGroups(DEFAULT_APP_GROUPS, DIALECTS.own);

test('the list has no problem', () => {
  expect(problems).toEqual([]);
  expect(new Set(groups.patterns.map(({ group }) => group)).size).toBeGreaterThanOrEqual(60);
});

test('no pattern is out of reach behind those before it', () => {
  const unreached = groups.patterns.filter((pattern) => !isReached(pattern));
  expect(unreached.map(({ group, text, line }) => `${line}: ${group} ${text}`)).toEqual([]);
});

describe('a task is where one looks for it', () => {
  test.each([
    ['netdata', 'netdata'],
    ['go.d.plugin', 'netdata-plugins'],
    ['kworker/0:1-events', 'kernel'],
    ['kworker/R-xfs_m', 'kernel'],
    ['rcu_tasks_trace', 'kernel'],
    ['swapper/3', 'kernel'],
    ['jbd2/vda1-8', 'kernel-storage'],
    ['systemd', 'systemd'],
    ['(sd-executor)', 'systemd'],
    ['(udev-worker)', 'udev'],
    ['systemd-udevd', 'udev'],
    ['systemd-journal', 'logging'],
    ['systemd-resolve', 'dns'],
    ['systemd-network', 'network'],
    ['systemd-timesyn', 'time'],
    ['systemd-logind', 'login'],
    ['systemd-oomd', 'systemd'],
    ['sshd', 'ssh'],
    ['sshd-session', 'ssh'],
    ['cron', 'cron'],
    ['crond', 'cron'],
    ['dockerd', 'containers'],
    ['containerd-shim', 'containers'],
    ['runc:[2:INIT]', 'containers'],
    ['kubelet', 'kubernetes'],
    ['kube-apiserver', 'kubernetes'],
    ['qemu-system-x86', 'VMs'],
    ['qemu-ga', 'cloud'],
    ['nginx', 'web'],
    ['apache2', 'web'],
    ['php-fpm8.2', 'php'],
    ['postgres', 'postgres'],
    ['mysqld', 'mysql'],
    ['redis-server', 'redis'],
    ['etcd', 'coordination'],
    ['node_exporter', 'monitoring'],
    ['postgres_export', 'monitoring', '/usr/bin/postgres_exporter\0'],
    ['prometheus', 'monitoring'],
    ['bpftrace', 'tracing'],
    ['gitlab-runner', 'ci'],
    ['git-remote-http', 'versioncontrol'],
    ['make', 'build'],
    ['cc1plus', 'build'],
    ['x86_64-linux-gn', 'build', '/usr/bin/x86_64-linux-gnu-gcc\0-c\0'],
    ['apt-get', 'packagemanager'],
    ['unattended-upgr', 'packagemanager'],
    ['rsync', 'filetransfer'],
    ['npm exec vitest', 'node'],
    ['node', 'node'],
    ['python3.11', 'python'],
    ['java', 'java'],
    ['java', 'queues', 'java\0-Xmx1G\0kafka.Kafka\0server.properties\0'],
    ['java', 'build', '/usr/bin/java\0-cp\0x\0org.gradle.launcher.daemon.bootstrap.GradleDaemon\0'],
    ['beam.smp', 'queues', 'beam.smp\0-noshell\0-s\0rabbit\0boot\0'],
    ['beam.smp', 'erlang'],
    ['bash', 'shells'],
    ['[', 'coreutils'],
    ['sleep', 'coreutils'],
    ['Isolated Web Co', 'browsers'],
    ['wb[CORP]', 'samba'],
    ['my-own-daemon', undefined],
  ])('%s in %s', (comm, group, cmdline?: string) => {
    expect(new Identifier(groups).ofProcess({ comm, cmdline: cmdline ?? '' }).group).toBe(group);
  });
});

/** Whether some task is found by the pattern itself. */
function isReached(pattern: AppPattern): boolean {
  const { kind, text } = pattern;
  const tasks: [comm: string, cmdline?: string][] =
    kind === 'substring'
      ? [['java', `${text}\0`], ['beam.smp', `${text}\0`], ['x']]
      : [text, `${text}~`, `~${text}`].map((name) => [name.slice(0, 15), `${name}\0`]);
  return tasks.some(([comm, cmdline]) => findNaively(groups.patterns, comm, cmdline) === pattern);
}
