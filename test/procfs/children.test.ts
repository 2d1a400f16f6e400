import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { readChildren } from '../../src/procfs/children.ts';

const root = mkdtempSync(`${tmpdir()}/children-`);
afterAll(() => rmSync(root, { recursive: true }));

function put(id: number, threads: Readonly<Record<number, string>>): void {
  for (const [thread, children] of Object.entries(threads)) {
    const directory = `${root}/proc/${id}/task/${thread}`;
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/children`, children);
  }
}

describe('the children of a process', () => {
  test('are those of all its threads', () => {
    put(10, { 10: '11 12 ', 15: '', 16: '13 ' });
    expect(readChildren(10, root).toSorted()).toEqual([11, 12, 13]);
  });

  test('are none where it is gone', () => {
    expect(readChildren(99, root)).toEqual([]);
  });

  test('are whole numbers where the list is cut', () => {
    put(20, { 20: Array.from({ length: 2_000 }, (_, i) => `${100_000 + i} `).join('') });
    const children = readChildren(20, root);
    expect(children).toHaveLength(585);
    expect(children.at(-1)).toBe(100_584);
  });

  test('are looked for in some of many threads', () => {
    put(30, Object.fromEntries(Array.from({ length: 200 }, (_, i) => [30 + i, `${1_000 + i} `])));
    expect(readChildren(30, root)).toHaveLength(32);
  });

  test('are those of this machine', async () => {
    const child = spawn('sleep', ['10']);
    expect(readChildren(process.pid)).toContain(child.pid);
    child.kill();
  });
});
