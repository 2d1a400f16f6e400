import { expect, test } from 'vitest';
import { readBpfProblem } from '../../src/host/bpf-problem.ts';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';
import { makeTemporaryDirectory, writeFileBelow } from '../scopes/cgroups/temporary-tree.ts';

const UNKNOWN = { source: undefined, options: new Map<string, string>() };
const NEW = parseKernelRelease('6.1.0');
const SWITCHES = ['ostype', 'perf_event_paranoid', 'unprivileged_bpf_disabled'];
const SYMBOLS = 'ffffffff81001000 T do_exit\nffffffff814bc950 T trace_call_bpf\n';

/** A /proc with these switches of the kernel and this list of its functions. */
function plant(switches: readonly string[], symbols?: string): string {
  const root = makeTemporaryDirectory();
  for (const name of switches) writeFileBelow(root, `/proc/sys/kernel/${name}`, '2\n');
  if (symbols !== undefined) writeFileBelow(root, '/proc/kallsyms', symbols);
  return root;
}

test.each<[string, readonly string[], string | undefined, RegExp]>([
  [
    'perf events',
    ['ostype', 'unprivileged_bpf_disabled'],
    SYMBOLS,
    /^this kernel has no perf events: /,
  ],
  ['bpf()', ['ostype', 'perf_event_paranoid'], SYMBOLS, /^this kernel has no bpf\(\): /],
  [
    'BPF programs at events',
    SWITCHES,
    'ffffffff81001000 T do_exit\n',
    /runs no BPF program at its events \(CONFIG_BPF_EVENTS\)/,
  ],
])('a kernel without %s is found out', (_, switches, symbols, problem) => {
  expect(readBpfProblem(NEW, UNKNOWN, plant(switches, symbols))).toMatch(problem);
});

test.each<[string, readonly string[], string | undefined]>([
  ['all of it', SWITCHES, SYMBOLS],
  ['functions that are hidden', SWITCHES, undefined],
  ['no switches to look at', [], SYMBOLS],
])('nothing is said of a kernel with %s', (_, switches, symbols) => {
  expect(readBpfProblem(NEW, UNKNOWN, plant(switches, symbols))).toBeUndefined();
});

test('before 4.4 the switch of bpf() says nothing', () => {
  const root = plant(['ostype', 'perf_event_paranoid']);
  expect(readBpfProblem(parseKernelRelease('3.10.0'), UNKNOWN, root)).toBeUndefined();
});

test('where the options of the kernel are known, they are what counts', () => {
  const config = { source: '/boot/config', options: new Map([['BPF', 'y']]) };
  expect(readBpfProblem(NEW, config, plant(['ostype']))).toBeUndefined();
});

test('this kernel lacks nothing, its options known or not', () => {
  expect(readBpfProblem(NEW, UNKNOWN, '')).toBeUndefined();
});
