import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  parseRootFacts,
  type RootFacts,
  readRootFacts,
  renderRootFacts,
} from '../../src/host/root-facts.ts';
import { MACHINES, readMachine } from '../machines.ts';

const root = mkdtempSync(join(tmpdir(), 'root-facts-'));
afterAll(() => rmSync(root, { recursive: true }));

const KEYS = [
  'tracepoints',
  'fieldPlaces',
  'functions',
  'config',
  'bpfProblem',
  'lockdown',
  'kprobes',
] as const satisfies readonly (keyof RootFacts)[];

test.each(MACHINES)('what root writes down of %s is what a user reads', (name) => {
  const facts = readMachine(name);
  const read = parseRootFacts(renderRootFacts(facts));
  for (const key of KEYS) expect(read[key]).toEqual(facts[key]);
});

test('the facts of another kernel or bpftrace are not read', () => {
  const facts = readMachine('debian-sid');
  const { kernel, bpftrace } = facts;
  const read = () => readRootFacts(kernel, bpftrace, root);
  const where = `Linux ${kernel.release} and bpftrace ${bpftrace.version}`;
  const refusal = `no programs were rendered for ${where}`;
  expect(read).toThrow(refusal);
  const file = `${root}/var/lib/ebpf-processes/${kernel.release}+${bpftrace.version}/facts.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, renderRootFacts(facts));
  expect(read().lockdown).toEqual(facts.lockdown);
  expect(() => readRootFacts(kernel, { ...bpftrace, version: '0.99' }, root)).toThrow('0.99');
  for (const broken of ['', '{}', '{"form":2}', 'null', renderRootFacts(facts).slice(0, 100)]) {
    writeFileSync(file, broken);
    expect(read).toThrow(refusal);
  }
});
