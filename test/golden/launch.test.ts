import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeTemporaryDirectory } from '../scopes/cgroups/temporary-tree.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TOOLS = ['sh', 'readlink', 'dirname'];
const { isNewEnough } = createRequire(import.meta.url)('../../bin/check-node.cjs') as {
  isNewEnough(version: string, lowest: string): boolean;
};

/** The launchers as a package holds them, without packages of ours: the system's Node.js is taken. */
function copyPackage(): string {
  const directory = makeTemporaryDirectory();
  for (const name of ['bin', 'dist', 'package.json']) {
    cpSync(`${ROOT}${name}`, `${directory}/${name}`, { recursive: true });
  }
  return directory;
}

/** A PATH of what the launchers themselves need, and a `node` that is given. */
function makePath(node?: string): string {
  const directory = makeTemporaryDirectory();
  for (const tool of TOOLS) symlinkSync(`/usr/bin/${tool}`, `${directory}/${tool}`);
  if (node !== undefined) writeFileSync(`${directory}/node`, node, { mode: 0o755 });
  return directory;
}

function launch(package_: string, program: string, path: string) {
  const { status, stdout, stderr } = spawnSync(`${package_}/bin/${program}`, ['--version'], {
    env: { PATH: path },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** A Node.js that believes to be of another version. */
function pretendNode(version: string): string {
  const directory = makeTemporaryDirectory();
  const preload = `${directory}/pretend.cjs`;
  writeFileSync(
    preload,
    `Object.defineProperty(process, 'versions', { value: { node: ${JSON.stringify(version)} } });\n`,
  );
  return `#!/bin/sh\nexec ${process.execPath} -r ${preload} "$@"\n`;
}

describe.each([
  ['ebpf-processes', ''],
  ['ebpf-processes.plugin', 'DISABLE\n'],
])('%s', (program, stdout) => {
  test('says that there is no node in PATH, and how to give it one that helps', () => {
    const package_ = copyPackage();
    const path = makePath();
    const ended = launch(package_, program, path);
    expect(ended).toEqual({
      status: 1,
      stdout,
      stderr:
        `error: ${program} needs Node.js, and there is no node in PATH (${path})\n` +
        'hint: install it for every user (apt-get install nodejs from Debian 13 on), or link yours: ln -s "$(command -v node)" /usr/local/bin/node\n',
    });
    symlinkSync(process.execPath, `${path}/node`);
    expect(launch(package_, program, path).status).toBe(0);
  });

  test('says which Node.js is too old, before it reads the program', () => {
    const package_ = copyPackage();
    // An old Node.js does not get further than this word.
    for (const main of ['main.js', 'plugin-main.js'])
      writeFileSync(`${package_}/dist/cli/${main}`, 'this is no program');
    expect(launch(package_, program, makePath(pretendNode('16.20.4')))).toEqual({
      status: 1,
      stdout,
      stderr:
        `error: ${program} needs Node.js 18.20 or later, ${process.execPath} is 16.20.4\n` +
        'hint: install one from https://nodejs.org; in a clone, sudo scripts/once brings its own\n',
    });
  });

  test('says that it is not built', () => {
    const package_ = makeTemporaryDirectory();
    mkdirSync(`${package_}/bin`);
    cpSync(`${ROOT}bin`, `${package_}/bin`, { recursive: true });
    const main = program.endsWith('.plugin') ? 'plugin-main.js' : 'diagnostic-main.js';
    expect(launch(package_, program, process.env['PATH'] ?? '')).toEqual({
      status: 1,
      stdout,
      stderr:
        `error: ${program} is not built: there is no ${package_}/bin/../dist/cli/${main}\n` +
        `hint: build it: npm ci && npm run build, in ${package_}\n`,
    });
  });

  test('is found through links, and takes the Node.js that was brought for it', () => {
    const package_ = copyPackage();
    mkdirSync(`${package_}/node_modules/.bin`, { recursive: true });
    symlinkSync(process.execPath, `${package_}/node_modules/.bin/node`);
    const path = makePath('#!/bin/sh\nexit 77\n');
    const link = `${makeTemporaryDirectory()}/${program}`;
    symlinkSync(`${package_}/bin/${program}`, link);
    const { status } = spawnSync(link, ['--version'], { env: { PATH: path } });
    expect(status).toBe(0);
  });
});

test('the plugin alone bounds how the memory of its Node.js grows', () => {
  const package_ = copyPackage();
  const flagsOf = (program: string) =>
    launch(package_, program, makePath('#!/bin/sh\necho "$*"\n')).stdout.split(' -r ')[0];
  expect(flagsOf('ebpf-processes.plugin')).toBe(
    '--single-threaded --max-semi-space-size=1 --heap-growing-percent=30',
  );
  expect(flagsOf('ebpf-processes')).toMatch(/^-r /);
});

test.each([
  ['18.19.1', false],
  ['8.17.0', false],
  ['18.20.0', true],
  ['20.20.2', true],
  ['22.1.0', true],
  ['100.0.0', true],
  ['27.0.0-nightly', true],
])('Node.js %s is new enough where 18.20 is needed: %s', (version, expected) => {
  expect(isNewEnough(version, '18.20')).toBe(expected);
});
