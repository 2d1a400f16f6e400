import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFile } from '../kernel/run-cli.ts';
import { typeInto } from './typed-shell.ts';

const directory = mkdtempSync(join(tmpdir(), 'shells-'));

beforeAll(() => writeFileSync(join(directory, 'unlikely.json'), ''));
afterAll(() => rmSync(directory, { recursive: true }));

/** What is typed, and what the program is given. */
const TYPED: readonly (readonly [line: string, words: string])[] = [
  ['pl\t', '[plan]'],
  ['--dur\t5', '[--duration][5]'],
  ['-f js\t', '[-f][json]'],
  ['plan --type-form\tle\t', '[plan][--type-format][legacy]'],
  ['config --life\t5', '[config][--lifetime][5]'],
  ['completion fi\t', '[completion][fish]'],
  ['help doc\t', '[help][doctor]'],
  [`-o ${directory}/unlik\t`, `[-o][${directory}/unlikely.json]`],
  ['-d 5 -- npro\t', '[-d][5][--][nproc]'],
  [`-- cat ${directory}/unlik\t`, `[--][cat][${directory}/unlikely.json]`],
];

test.each(['bash', 'zsh', 'fish'] as const)('%s completes what is typed', async (shell) => {
  const script = join(directory, `completion.${shell}`);
  writeFileSync(script, execFileSync(projectFile('bin/ebpf-processes'), ['completion', shell]));
  const lines = TYPED.map(([line]) => `ebpf-processes ${line}`);
  const given = await typeInto(shell, script, lines);
  // zsh writes --duration=5.
  expect(given.map((words) => words.replace(/^(.*--[a-z-]+)=/, '$1]['))).toEqual(
    TYPED.map(([, words]) => words),
  );
});
