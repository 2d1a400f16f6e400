import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readFileRisks } from '../../src/host/file-risks.ts';
import { makeTemporaryDirectory } from '../scopes/cgroups/temporary-tree.ts';

/** The directory of a test belongs to whoever runs it. */
const isRoot = process.geteuid?.() === 0;

/** A program in a directory of its own. */
function plant(mode: number, directoryMode = 0o755): string {
  const directory = `${makeTemporaryDirectory()}/bin`;
  mkdirSync(directory);
  writeFileSync(`${directory}/bpftrace`, '');
  chmodSync(`${directory}/bpftrace`, mode);
  chmodSync(directory, directoryMode);
  return `${directory}/bpftrace`;
}

test('there is nothing to say of a file that is not there', async () => {
  expect(await readFileRisks('/there/is/none')).toBeUndefined();
});

test('a program that others can write is found, through links', async () => {
  const path = plant(0o757);
  const link = `${makeTemporaryDirectory()}/link`;
  symlinkSync(path, link);
  expect(await readFileRisks(link)).toMatchObject({ path, changeable: path });
});

test('a program that only its owner can change has nothing where that is root', async () => {
  const path = plant(0o755);
  expect(await readFileRisks(path)).toEqual({
    path,
    isSetuidRoot: false,
    capabilities: undefined,
    changeable: isRoot ? undefined : path,
  });
});

test('a setuid program is found where it is of root', async () => {
  expect(await readFileRisks(plant(0o4755))).toMatchObject({ isSetuidRoot: isRoot });
});

test('a directory that others can write is found, and not a sticky one', async () => {
  const path = plant(0o755, 0o777);
  const directory = path.replace('/bpftrace', '');
  expect((await readFileRisks(path))?.changeable).toBe(isRoot ? directory : path);
  const sticky = plant(0o755, 0o1777);
  expect((await readFileRisks(sticky))?.changeable).toBe(isRoot ? undefined : sticky);
});
