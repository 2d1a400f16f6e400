import { expect, test } from 'vitest';
import { projectFile, run } from '../kernel/run-cli.ts';

/** Every file that is there, but what apt and dpkg keep for themselves, and what the kernel shows. */
const LIST =
  'find / -xdev \\( -path /root -o -path /tmp -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log \\) -prune -o -print | sort';

/** Plain lines of a shell: the first that fails ends the test. */
const INSTALL = [
  'export DEBIAN_FRONTEND=noninteractive',
  'apt-get update -qq',
  'apt-get install -qq -y --no-install-recommends bpftrace nodejs npm gcc libc6-dev man-db >/dev/null 2>&1',
  // An agent of Netdata's own packages, and who it runs as.
  'groupadd --system netdata && useradd --system --gid netdata netdata',
  'mkdir -p /usr/libexec/netdata/plugins.d /etc/netdata/ebpf.d',
  'echo "# mine" >/etc/netdata/ebpf.d/process.conf',
  'mount -t tracefs tracefs /sys/kernel/tracing',
  'npm run --silent package >/dev/null',
  `${LIST} >/tmp/before`,
  'apt-get install -qq -y --no-install-recommends ./dist/*.deb >/dev/null',
];

const REMOVE = [
  // The same files again: what an upgrade does.
  'dpkg -i dist/*.deb >/dev/null',
  'stat -c "%U:%G %a" /usr/lib/ebpf-processes/launcher',
  'dpkg --remove ebpf-processes >/dev/null 2>&1',
  'dpkg --purge ebpf-processes >/dev/null 2>&1',
  `${LIST} | diff /tmp/before - && echo nothing is left`,
];

const CHECKOUT = [
  'scripts/install >/dev/null',
  'ebpf-processes --version',
  'scripts/uninstall',
  `${LIST} | diff /tmp/before - && echo nothing is left`,
];

/** As the agent would start it: by its link, as the agent's user. */
const PLUGIN =
  'timeout --signal=TERM 4 setpriv --reuid netdata --regid netdata --init-groups' +
  ' /usr/libexec/netdata/plugins.d/ebpf-processes.plugin 1 </dev/null 2>/tmp/said | grep -m1 -o "^SET process = [1-9]" || { cat /tmp/said; false; }';

test.each([
  ['bookworm', 'v18'],
  ['trixie', 'v20'],
])('a bare Debian %s is given the package, and loses it without a trace', async (suite, node) => {
  const { exitCode, stdout, stderr } = await run(projectFile('test/setup/bare-debian'), [
    suite,
    'root',
    [
      ...INSTALL,
      'node --version',
      'ebpf-processes -d 1 | grep -c "^The whole machine"',
      'man -w ebpf-processes',
      PLUGIN,
      ...REMOVE,
      ...CHECKOUT,
    ].join(' && '),
  ]);
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  const [version, ...lines] = stdout.trimEnd().split('\n');
  expect(version).toMatch(node);
  expect(lines).toEqual([
    '1',
    '/usr/share/man/man1/ebpf-processes.1.gz',
    expect.stringMatching(/^SET process = [1-9]$/),
    'root:netdata 4750',
    'nothing is left',
    '0.1.0',
    'nothing is left',
  ]);
});
