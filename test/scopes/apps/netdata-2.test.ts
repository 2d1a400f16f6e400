import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../../src/scopes/apps/dialect.ts';
import { identify, inShort, matches } from './short.ts';

const { second: SECOND, caseless: CASELESS } = DIALECTS;

describe('a pattern of Netdata 2', () => {
  test.each<[string, string, string, boolean]>([
    ['md*_raid*', 'md127_raid10', '', true],
    ['md*_raid*', 'md_thread', '', false],
    ['md*_resync', 'md0_resync', '', true],
    ['md*_resync', 'md0_resync2', '', false],
    ['raid*_sync', 'xraid5_sync', '', false],
    ['*-kde-*', 'sh', 'sh\0/usr/lib/a-kde-b\0', true],
    ['*xdg-*-gnome*', 'x', '/usr/lib/xdg-desktop-portal-gnome\0--x\0', true],
    ['*beam.smp*vernemq*', 'beam.smp', '/opt/beam.smp\0-x\0-name\0vernemq@a\0', true],
    ['*beam.smp*vernemq*', 'beam.smp', '/vernemq/beam.smp\0-x\0', false],
    ['systemd-journald', 'systemd-journal', '/lib/systemd/systemd-journald\0', true],
    ['systemd-journal', 'systemd-journal', '/lib/systemd/systemd-journald\0', true],
    ['*journald', 'systemd-journal', '/lib/systemd/systemd-journald\0', true],
    ['systemd-journald', 'systemd-journal', '', true],
    ['systemd-journal-x', 'systemd-journal', '/lib/systemd/systemd-journald\0', false],
    ['python3.11', 'python3', '/usr/bin/python3.11\0-m\0http.server\0', true],
    ['sd-pam', '(sd-pam)', '', true],
    ['-node', 'node', '', false],
    ['-node', '-node', '', true],
    ['*', 'anything', '', true],
  ])('%s, comm %s of %j: %s', (pattern, comm, cmdline, isMatch) => {
    expect(matches(SECOND, pattern, comm, cmdline)).toBe(isMatch);
    expect(matches(CASELESS, pattern, comm, cmdline)).toBe(isMatch);
  });

  test.each<[string, string, string]>([
    ['VBOX*', 'VBoxSVC', ''],
    ['xorg', 'Xorg', ''],
    ['*SVC', 'vboxsvc', ''],
    ['*KAFKA.kafka*', 'java', 'java\0kafka.Kafka\0'],
    ['MD*_raid*', 'md0_raid1', ''],
    ['*A*B*', 'x', 'a-b\0'],
    ['SYSTEMD-JOURNALD', 'systemd-journal', ''],
  ])('%s matches %s %j from 2.6 on, whatever the case', (pattern, comm, cmdline) => {
    expect(matches(SECOND, pattern, comm, cmdline)).toBe(false);
    expect(matches(CASELESS, pattern, comm, cmdline)).toBe(true);
  });

  test('folds no bytes of UTF-8', () => {
    expect(matches(CASELESS, '\xc3\x89*', '\xc3\xa9t\xc3\xa9', '')).toBe(false);
  });

  test('is known again by its text without asterisks', () => {
    expect(inShort('clam: clam* *clam\nx: clam y', SECOND)).toEqual({
      patterns: ['clam = clam*', 'clam = y'],
      problems: [
        '2: the patterns of this line go to group `clam`, because its first one is `clam`, and line 1 has it for group `clam`',
      ],
    });
  });
});

describe('a script is known by its own name', () => {
  test.each<[string, string, string, string]>([
    ['python3', '/usr/bin/python3\0/opt/app/backup.py\0--all\0', 'backup', 'without its ending'],
    ['python3', 'python3\0-Es\0/usr/sbin/tuned\0', 'tuned', 'behind options'],
    ['sh', 'sh\0-c\0/usr/local/bin/job.sh --x\0', 'job', 'in an argument'],
    ['bash', '/bin/bash\0relative.sh\0', 'bash', 'not by a relative path'],
    ['bash', 'bash\0-c\0/bin/a; /bin/b\0', 'b', 'not by a word of the shell'],
    ['node', 'node\0/srv/app/server.js\0', 'server', 'of node'],
    ['perl', 'perl\0-I/usr/share/x\0/usr/bin/exim.pl\0', 'exim', 'not by an option with a path'],
    ['ruby', 'ruby\0/srv/app.rb\0', 'ruby', 'not of what is no interpreter'],
    ['bash', '', 'bash', 'not without a command line'],
    ['MainThread', 'node\0/srv/x.js\0', 'MainThread', 'not under another name'],
  ])('%s %j is %s: %s', (comm, cmdline, name) => {
    expect(identify(CASELESS, 'g: a', comm, cmdline).name).toBe(name);
    expect(matches(CASELESS, name, comm, cmdline)).toBe(true);
  });

  test('its interpreter still counts, as a prefix from 2.6 on', () => {
    const cmdline = '/usr/bin/python3\0/opt/backup.py\0';
    expect(matches(SECOND, 'python3', 'python3', cmdline)).toBe(true);
    expect(matches(SECOND, 'python*', 'python3', cmdline)).toBe(false);
    expect(matches(CASELESS, 'python*', 'python3', cmdline)).toBe(true);
  });

  test('the file may name interpreters', () => {
    const cmdline = 'ruby\0/srv/app.py\0';
    expect(identify(SECOND, 'interpreters: ruby', 'ruby', cmdline).name).toBe('app');
    const only = 'interpreters: clear\ninterpreters: ruby';
    expect(identify(SECOND, only, 'ruby', cmdline).name).toBe('app');
    expect(identify(SECOND, only, 'python3', 'python3\0/srv/app.py\0').name).toBe('python3');
  });

  test('is no longer than a name, whatever the command line', () => {
    expect(identify(SECOND, '', 'aaa', 'a'.repeat(16_000)).name).toHaveLength(100);
  });
});

describe('a manager', () => {
  test.each([
    ['systemd', ''],
    ['containerd-shim', '/usr/bin/containerd-shim-runc-v2\0-namespace\0moby\0'],
    ['tini', 'tini\0--\0x\0'],
    ['python3', '/usr/bin/python3\0/home/yb/bin/yugabyted\0start\0'],
  ])('%s %j has no group by a pattern', (comm, cmdline) => {
    const who = identify(SECOND, 'a: *', comm, cmdline);
    expect([who.isManager, who.group]).toEqual([true, undefined]);
  });

  test('may be named by the file, and be no manager any more', () => {
    const text = 'managers: clear\nmanagers: conmon *--fork-server*';
    expect(identify(SECOND, text, 'systemd').isManager).toBe(false);
    expect(identify(SECOND, text, 'conmon').isManager).toBe(true);
    expect(identify(SECOND, text, 'x', 'x\0--fork-server\0').isManager).toBe(true);
    expect(inShort(text, SECOND)).toEqual({ patterns: [], problems: [] });
  });

  test('is unknown to our own rules', () => {
    expect(identify(DIALECTS.own, 'systemd: systemd', 'systemd')).toEqual({
      group: 'systemd',
      name: 'systemd',
      isManager: false,
    });
  });
});
