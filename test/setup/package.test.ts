import { execFileSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { projectFile, run } from '../kernel/run-cli.ts';

/** Every file that is there, but what apt and dpkg keep for themselves, and what the kernel shows. */
const LIST =
  'find / -xdev \\( -path /root -o -path /tmp -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log \\) -prune -o -print | sort';

/** An agent of Netdata's own packages, who it runs as, and a file that its operator wrote. */
const AGENT = [
  'export DEBIAN_FRONTEND=noninteractive',
  'apt-get update -qq',
  'groupadd --system netdata && useradd --system --gid netdata netdata',
  'mkdir -p /usr/libexec/netdata/plugins.d /etc/netdata/ebpf.d',
  'echo "# mine" >/etc/netdata/ebpf.d/process.conf',
  'mount -t tracefs tracefs /sys/kernel/tracing',
];

/** As the agent would start it: by its link, as the agent's user. */
const PLUGIN =
  'timeout --signal=TERM 5 setpriv --reuid netdata --regid netdata --init-groups' +
  ' /usr/libexec/netdata/plugins.d/ebpf-processes.plugin 1 </dev/null 2>/tmp/said | grep -m1 -o "^SET process = [1-9]" || { cat /tmp/said; false; }';

const LEFT = `${LIST} | diff /tmp/before - && echo nothing is left`;

let file = '';
beforeAll(() => {
  file = execFileSync(projectFile('scripts/package/build'), { encoding: 'utf8' }).trim();
});

async function onBareDebian(suite: string, lines: readonly string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await run(
    projectFile('test/setup/bare-debian'),
    [suite, 'root', lines.join(' && ')],
    { BARE_DEBIAN_FILES: projectFile(file) },
  );
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  return stdout.trimEnd().split('\n');
}

test('the package holds what it needs, and lintian finds no error in it', () => {
  const names = execFileSync('dpkg-deb', ['-c', projectFile(file)], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.split(' ').findLast((word) => word.startsWith('./')) ?? '');
  expect(names).toEqual(
    expect.arrayContaining([
      './usr/lib/ebpf-processes/launcher',
      './usr/lib/ebpf-processes/dist/cli/plugin-main.js',
      './usr/lib/ebpf-processes/probes/traceable-functions',
      './usr/share/man/man1/ebpf-processes.1.gz',
    ]),
  );
  expect(execFileSync('lintian', ['--allow-root', projectFile(file)], { encoding: 'utf8' })).toBe(
    '',
  );
});

test.each([
  ['bookworm', /^v18/],
  ['trixie', /^v20/],
])('a bare Debian %s is given the package, and loses it without a trace', async (suite, node) => {
  const lines = await onBareDebian(suite, [
    ...AGENT,
    'apt-get install -qq -y --no-install-recommends bpftrace nodejs >/dev/null 2>&1',
    `${LIST} >/tmp/before`,
    'dpkg -i /tmp/*.deb >/dev/null',
    'node --version',
    'ebpf-processes -d 1 | grep -c "^Whole machine"',
    PLUGIN,
    // The same files again: what an upgrade does.
    'dpkg -i /tmp/*.deb >/dev/null',
    'stat -c "%U:%G %a" /usr/lib/ebpf-processes/launcher',
    'dpkg --remove ebpf-processes >/dev/null 2>&1',
    LEFT,
    'dpkg --purge ebpf-processes >/dev/null 2>&1',
    LEFT,
  ]);
  expect(lines).toEqual([
    expect.stringMatching(node),
    '1',
    expect.stringMatching(/^SET process = [1-9]$/),
    'root:netdata 4750',
    'nothing is left',
    'nothing is left',
  ]);
});

test('a checkout is installed, and taken away without a trace', async () => {
  const lines = await onBareDebian('trixie', [
    ...AGENT,
    'apt-get install -qq -y --no-install-recommends bpftrace nodejs npm gcc libc6-dev >/dev/null 2>&1',
    `${LIST} >/tmp/before`,
    'scripts/install >/dev/null 2>&1',
    'ebpf-processes --version',
    PLUGIN,
    'scripts/uninstall >/dev/null',
    LEFT,
  ]);
  expect(lines).toEqual(['0.1.0', expect.stringMatching(/^SET process/), 'nothing is left']);
});
