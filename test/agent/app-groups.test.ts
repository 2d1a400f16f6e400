import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProcess } from '../../src/procfs/process.ts';
import { readAppGroups } from '../../src/scopes/apps/read-app-groups.ts';
import { ProcessTree } from '../../src/scopes/tasks/tree.ts';
import { buildKey } from '../scopes/keys.ts';

const STOCK_CONFIG = '/usr/lib/netdata/conf.d';
const APPS_PLUGIN = '/usr/lib/netdata/plugins.d/apps.plugin';

const LIST = `java: java-x
ssh: sshd-x
dup: *foo-x* x1
red: foo-x* x2
b: bar-x
c: bar-x x3 x4
long: systemd-networkd
cut: networkd-dispat
family: wrap1
families: wrap2
`;

/** Programs without children, each a child of init. */
const SINGLES = [
  'x1',
  'x2',
  'x3',
  'x4',
  'foo-xy',
  'systemd-networkd',
  'networkd-dispatcher',
  'nobody-x',
] as const;

const directory = mkdtempSync(`${tmpdir()}/ebpf-processes-groups-`);
let ids: readonly number[] = [];
let version = '';

beforeAll(async () => {
  [version = ''] = /v\d[.\d]*/.exec(spawnSync(APPS_PLUGIN, ['version']).stdout.toString()) ?? [];
  chmodSync(directory, 0o755);
  writeFileSync(`${directory}/apps_groups.conf`, LIST);
  for (const name of [...SINGLES, 'java-x', 'sshd-x'])
    copyFileSync('/bin/sleep', `${directory}/${name}`);
  writeFamily('wrap1', ['nobody-x', 'java-x']);
  writeFamily('wrap2', ['nobody-x', 'wrap1', 'sshd-x']);
  for (const name of [...SINGLES, 'wrap1', 'wrap2'])
    spawnSync('/usr/bin/setsid', ['-f', `${directory}/${name}`, '60'], { stdio: 'ignore' });
  await sleep(2_000);
  ids = listOurs();
}, 20_000);

afterAll(() => {
  for (const id of listOurs()) process.kill(id, 'SIGKILL');
  rmSync(directory, { recursive: true });
});

describe('the installed apps.plugin and we', () => {
  test('agree on the group of each process of a crafted family', async () => {
    const theirs = await askAppsPlugin();
    const { groups, problems } = readAppGroups([directory], { version, stockDirectories: [] });
    const tree = new ProcessTree(groups, readProcess);
    const compared = ids.map((id) => {
      const { comm = '', parent = 0 } = readProcess(id) ?? {};
      return [comm, theirs.get(id), tree.groupOf(buildKey({ id, comm, parent }), 0)] as const;
    });
    // The two families have three and six members.
    expect(compared.length).toBeGreaterThanOrEqual(SINGLES.length + 9);
    expect(compared.map(([comm, , ours]) => [comm, ours])).toEqual(
      compared.map(([comm, their]) => [comm, their]),
    );
    expect(new Set(compared.map(([, , ours]) => ours))).toEqual(
      new Set(['java', 'ssh', 'dup', 'b', 'cut', 'family', 'families', 'other']),
    );
    expect(problems).toHaveLength(2);
  }, 20_000);

  test('read its own list without a word', () => {
    const installed = { version: undefined, stockDirectories: [STOCK_CONFIG] };
    for (const netdata of [installed, { version, stockDirectories: [] }]) {
      const { groups, problems } = readAppGroups([STOCK_CONFIG], netdata);
      expect(problems).toEqual([]);
      expect(groups.patterns.length).toBeGreaterThan(200);
    }
  });
});

/** A program that starts others, in this order, and waits for them. */
function writeFamily(name: string, children: readonly string[]): void {
  const lines = children.map((child) => `"${directory}/${child}" "$1" & sleep 0.1`);
  writeFileSync(`${directory}/${name}`, `#!/bin/sh\n${lines.join('\n')}\nwait\n`, { mode: 0o755 });
}

/** The ids of all processes that were started from the directory. */
function listOurs(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => readProcess(id)?.cmdline.includes(`${directory}/`));
}

/** The group of each process, as its function `processes` says. */
async function askAppsPlugin(): Promise<Map<number, string>> {
  const plugin = spawn(APPS_PLUGIN, ['1'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...process.env,
      NETDATA_USER_CONFIG_DIR: directory,
      NETDATA_STOCK_CONFIG_DIR: directory,
    },
  });
  let text = '';
  plugin.stdout.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  await sleep(3_000);
  plugin.stdin.write('FUNCTION groups 10 "processes"\n');
  const answer = /^FUNCTION_RESULT_BEGIN[^\n]*\n(.*?)\nFUNCTION_RESULT_END/ms;
  for (let i = 0; i < 100 && !answer.test(text); i += 1) await sleep(100);
  plugin.kill();
  await once(plugin, 'exit');
  const { columns, data } = JSON.parse(answer.exec(text)?.[1] ?? '{}') as {
    columns: Record<string, { index: number }>;
    data: unknown[][];
  };
  const at = (name: string) => columns[name]?.index ?? -1;
  return new Map(data.map((row) => [Number(row[at('Pid')]), String(row[at('Category')])]));
}
