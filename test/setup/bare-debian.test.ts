import { describe, expect, test } from 'vitest';
import { projectFile, run } from '../kernel/run-cli.ts';

/** The release, and its bpftrace: what must stand on the page. */
const RELEASES = [
  { suite: 'bookworm', bpftrace: '0.17.', node: /^v18\./m, bringsNode: true },
  { suite: 'trixie', bpftrace: '0.23.', node: /^v20\./m, bringsNode: false },
];

/** Run a shell command in a clone on a bare Debian. */
async function onBareDebian(suite: string, user: string, command: string) {
  const ended = await run(projectFile('test/setup/bare-debian'), [suite, user, command]);
  return { ...ended, said: ended.stderr.split('\n') };
}

describe.each(RELEASES)('a bare Debian $suite', ({ suite, bpftrace, node, bringsNode }) => {
  test('scripts/once installs what is missing and prints the page, as root without sudo', async () => {
    const { exitCode, stdout, said, stderr } = await onBareDebian(
      suite,
      'root',
      'scripts/once --duration 1 && bin/ebpf-processes --version && scripts/once --duration 1 >/dev/null',
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('Whole machine, ');
    expect(stdout).toContain(`bpftrace ${bpftrace}`);
    // The second run has nothing to set up, and says nothing.
    expect(said).toEqual([
      'once: installing nodejs npm',
      'once: installing bpftrace',
      'once: mounting tracefs on /sys/kernel/tracing',
      'once: installing the Node packages of package-lock.json',
      'once: building',
      '',
    ]);
  });

  test('both commands, with sudo, leave everything in the clone to its owner', async () => {
    const { exitCode, stdout, stderr } = await onBareDebian(
      suite,
      'someone',
      [
        'sudo scripts/once --duration 1 -- node --version',
        'sudo scripts/test package unit golden',
        'find . ! -user someone',
      ].join(' && '),
    );
    expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
    // What is watched has the Node.js of the system, and prints on standard error.
    expect(stderr).toMatch(node);
    if (bringsNode)
      expect(stderr).toMatch(
        /^test: Node.js 20.19 or later is needed and this system has 18\.[\d.]+: bringing Node.js 24 from the npm registry into \/home\/someone\/.cache\/ebpf-processes\/node-24$/m,
      );
    expect(stdout).toContain(`bpftrace ${bpftrace}`);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
  });
});

test('npm pack from a fresh clone makes a package that installs and runs', async () => {
  const { exitCode, stdout, stderr } = await onBareDebian(
    'trixie',
    'root',
    [
      'apt-get update -qq',
      'apt-get install -qq -y --no-install-recommends nodejs npm >/dev/null 2>&1',
      'npm pack --silent --pack-destination /tmp >/dev/null',
      'tar -tzf /tmp/ebpf-processes-*.tgz | cut -d/ -f2 | sort -u | paste -sd" "',
      'cd /tmp',
      'npm install --global --silent --no-audit --no-fund /tmp/ebpf-processes-*.tgz',
      'ebpf-processes --help | head -1',
      'find "$(npm prefix --global)/share/man" -name "ebpf-processes*" -printf "%f\\n"',
      // A sick machine needs Node.js and these files, and no npm.
      'tar -xzf /tmp/ebpf-processes-*.tgz',
      'apt-get purge -qq -y npm >/dev/null 2>&1',
      '/tmp/package/bin/ebpf-processes config | grep -c default',
    ].join(' && '),
  );
  expect(exitCode, stderr).toBe(0);
  const [contents, usage, page, defaults] = stdout.split('\n');
  expect(contents).toBe('CHANGELOG.md LICENSE README.md bin config dist package.json probes');
  expect(usage).toMatch(/^Usage: ebpf-processes /);
  expect(page).toBe('ebpf-processes.1');
  expect(Number(defaults)).toBeGreaterThan(5);
});
