import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measurePrograms } from '../../src/host/bpf-stats.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stats-'));
  mkdirSync(join(root, 'proc/sys/kernel'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const file = () => join(root, 'proc/sys/kernel/bpf_stats_enabled');
const value = () => readFileSync(file(), 'utf8').trim();

test('the switch is on until it is taken back, once', () => {
  writeFileSync(file(), '0\n');
  const restore = measurePrograms(root);
  expect(value()).toBe('1');
  restore();
  expect(value()).toBe('0');
  writeFileSync(file(), '1\n');
  restore();
  expect(value()).toBe('1');
});

test('what was on before us stays on', () => {
  writeFileSync(file(), '1\n');
  measurePrograms(root)();
  expect(value()).toBe('1');
});

test('a kernel without the switch is told', () => {
  expect(() => measurePrograms(root)).toThrow(/^this kernel measures no BPF program/);
});
