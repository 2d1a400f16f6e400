import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listConfigDirectories, readConfFiles } from '../../src/cli/config-files.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'config-files-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Read below `user` and `stock`. @param files - By path below the root. */
function read(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return readConfFiles(
    listConfigDirectories({
      NETDATA_USER_CONFIG_DIR: join(root, 'user'),
      NETDATA_STOCK_CONFIG_DIR: join(root, 'stock'),
    }),
  );
}

describe('of each file the first there is is read, whole', () => {
  test("the user's before the stock one", () => {
    const { processConf, mainConf } = read({
      'user/ebpf.d/process.conf': 'A',
      'stock/ebpf.d/process.conf': 'B',
      'stock/ebpf.d.conf': 'C',
    });
    expect(processConf).toEqual({
      name: 'process.conf',
      path: join(root, 'user/ebpf.d/process.conf'),
      isStock: false,
      text: 'A',
    });
    expect(mainConf).toMatchObject({ name: 'ebpf.d.conf', isStock: true, text: 'C' });
  });

  test('the main file by its old name where there is no new one in that directory', () => {
    const { mainConf } = read({ 'user/ebpf.conf': 'A', 'stock/ebpf.d.conf': 'B' });
    expect(mainConf).toMatchObject({ name: 'ebpf.conf', text: 'A' });
  });

  test('or none', () => {
    expect(read({})).toEqual({ processConf: undefined, mainConf: undefined, problems: [] });
  });
});

describe('what is no file that a person wrote is named, and the next one is read', () => {
  const place = () => join(root, 'user/ebpf.d.conf');
  test.each<[string, (path: string) => void, string]>([
    ['a directory', (path) => mkdirSync(path), 'is a directory, not a file'],
    ['a pipe, for whose writer nobody waits', makePipe, 'is a named pipe, not a file'],
    [
      'a device without an end',
      (path) => symlinkSync('/dev/zero', path),
      'is a device, not a file',
    ],
    [
      'a link to nothing',
      (path) => symlinkSync('/nowhere/at/all', path),
      'is a link to a file that is not there',
    ],
    ['a loop of links', (path) => symlinkSync(path, path), 'cannot be read: ELOOP'],
    ['a binary', (path) => writeFileSync(path, '[global]\0'), 'is not text: it holds a NUL byte'],
    [
      'a file of 50 MB',
      (path) => {
        writeFileSync(path, '');
        truncateSync(path, 50_000_000);
      },
      'is longer than 1024 KiB',
    ],
  ])('%s', (_, make, problem) => {
    mkdirSync(join(root, 'user'));
    make(place());
    const { mainConf, problems } = read({ 'stock/ebpf.d.conf': 'A' });
    expect(mainConf).toMatchObject({ text: 'A' });
    expect(problems).toEqual([`${place()} ${problem}`]);
  });

  test('also where a directory of the configuration is not one', () => {
    makePipe(join(root, 'user'));
    const { mainConf, problems } = read({ 'stock/ebpf.d.conf': 'A' });
    expect(mainConf).toMatchObject({ text: 'A' });
    expect(problems).toEqual([
      `${join(root, 'user')} is not a directory: no configuration is read from it`,
    ]);
  });
});

function makePipe(path: string): void {
  execFileSync('mkfifo', [path]);
}

describe('the directories', () => {
  test('are where packages of Netdata have them, unless the environment says otherwise', () => {
    expect(listConfigDirectories({ NETDATA_USER_CONFIG_DIR: '' }).map(({ path }) => path)).toEqual([
      '/etc/netdata',
      '/opt/netdata/etc/netdata',
      '/usr/lib/netdata/conf.d',
      '/opt/netdata/usr/lib/netdata/conf.d',
    ]);
    expect(listConfigDirectories({ NETDATA_USER_CONFIG_DIR: '/srv/etc' })).toEqual([
      { path: '/srv/etc', isStock: false },
      { path: '/usr/lib/netdata/conf.d', isStock: true },
      { path: '/opt/netdata/usr/lib/netdata/conf.d', isStock: true },
    ]);
  });

  test('are the one that the command line names, and no other', () => {
    expect(listConfigDirectories({ NETDATA_USER_CONFIG_DIR: '/srv/etc' }, './here')).toEqual([
      { path: './here', isStock: false },
    ]);
  });
});
