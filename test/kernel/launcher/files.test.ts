import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { addProgram, ask, openLab, refusal, requestFor, SANITIZED, toHash } from './lab.ts';

const lab = openLab(SANITIZED);
afterAll(() => lab.remove());

const NAME = 'ab'.repeat(32);
const request = requestFor(NAME);
const file = join(lab.programs, `${NAME}.bt`);
const GOOD = 'echo good\n';
const EVIL = 'echo evil\n';
const outside = join(lab.directory, 'outside');

const UNKNOWN = refusal(
  'no such program was rendered for this kernel and bpftrace: run ebpf-processes setup as root',
);
const WRONG_FILE = refusal(
  'the program is not a file of at most 64 KiB that root alone can change',
);

beforeEach(() => writeFileSync(outside, EVIL));
afterEach(() => {
  rmSync(file, { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
});

test('a name that nothing was rendered under is refused, with what to run', async () => {
  expect(await ask([lab.launcher], request)).toEqual(UNKNOWN);
});

test('a program of another kernel is not found', async () => {
  for (const other of [`${release()}0+0.99`, `${release().slice(0, -1)}+0.99`, release()]) {
    mkdirSync(join(lab.state, other));
    writeFileSync(join(lab.state, other, `${NAME}.bt`), EVIL);
  }
  expect(await ask([lab.launcher], request)).toEqual(UNKNOWN);
});

test('a link in the place of a program is not followed', async () => {
  symlinkSync(outside, file);
  expect(await ask([lab.launcher], request)).toEqual(UNKNOWN);
});

test('a link in the place of a directory is not followed', async () => {
  mkdirSync(join(lab.directory, 'elsewhere'));
  writeFileSync(join(lab.directory, 'elsewhere', `${NAME}.bt`), EVIL);
  symlinkSync(join(lab.directory, 'elsewhere'), join(lab.state, `${release()}+0.98`));
  expect(await ask([lab.launcher], request)).toEqual(UNKNOWN);
});

test.each<[string, () => void]>([
  ['that its group may write', () => writeMode(0o664)],
  ['that everybody may write', () => writeMode(0o646)],
  ['of another user', () => writeMode(0o644, 65_534)],
  ['of more than 64 KiB', () => writeFileSync(file, `${'# \n'.repeat(22_000)}${EVIL}`)],
  ['that is a directory', () => mkdirSync(file)],
  ['that is a pipe', () => void execFileSync('mkfifo', [file])],
  [
    'that is a link to a file of another user',
    () => {
      chownSync(outside, 65_534, 0);
      linkSync(outside, file);
    },
  ],
])('a program %s is refused', async (_, plant) => {
  plant();
  expect(await ask([lab.launcher], request)).toEqual(WRONG_FILE);
});

test.each<[string, string, Awaited<ReturnType<typeof ask>>]>([
  ['of programs', lab.programs, UNKNOWN],
  ['of all of them', lab.state, refusal(`others than root can change ${lab.state}`)],
])('a directory %s that others may write is not used', async (_, directory, refused) => {
  writeMode(0o644);
  chmodSync(directory, 0o777);
  expect(await ask([lab.launcher], request)).toEqual(refused);
  chmodSync(directory, 0o755);
  chownSync(directory, 65_534, 0);
  expect(await ask([lab.launcher], request)).toEqual(refused);
  chownSync(directory, 0, 0);
  expect((await ask([lab.launcher], request)).output).toContain('evil');
});

test('a program that is exchanged while requests come is run as root wrote it, or not at all', async () => {
  const good = addProgram(lab, GOOD);
  const path = join(lab.programs, `${toHash(GOOD)}.bt`);
  const planted = join(lab.programs, 'planted');
  const racing = { isOver: false };
  const race = (async () => {
    for (let i = 0; !racing.isOver; i++) {
      if (i % 2 === 0) symlinkSync(outside, planted);
      else writeFileSync(planted, GOOD);
      renameSync(planted, path);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const outputs = new Set<string>();
  for (let i = 0; i < 40; i++) outputs.add((await ask([lab.launcher], good)).output);
  racing.isOver = true;
  await race;
  rmSync(path, { force: true });
  expect([...outputs].filter((output) => output.includes('evil'))).toEqual([]);
});

test('without programs, the refusal says what to run', async () => {
  const away = `${lab.state}-away`;
  renameSync(lab.state, away);
  const refused = refusal('no programs were rendered: run ebpf-processes setup as root');
  expect(await ask([lab.launcher], request)).toEqual(refused);
  renameSync(away, lab.state);
});

function writeMode(mode: number, owner = 0): void {
  writeFileSync(file, EVIL);
  chownSync(file, owner, 0);
  chmodSync(file, mode);
}
