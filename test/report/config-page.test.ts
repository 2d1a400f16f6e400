import { expect, test } from 'vitest';
import { buildConfigReport, renderConfig } from '../../src/report/config-page.ts';
import { buildConfiguration, type Sources } from '../../src/settings/configuration.ts';
import { OPTIONS } from '../../src/settings/options.ts';

const NOTHING: Omit<Sources, 'program'> = {
  flags: [],
  processConf: undefined,
  mainConf: undefined,
  updateEveryArgument: undefined,
};

/** @param text - Of process.conf. */
function report(text?: string) {
  const path = '/etc/netdata/ebpf.d/process.conf';
  const processConf =
    text === undefined ? undefined : { name: 'process.conf', path, isStock: false, text };
  const said = { ...NOTHING, processConf };
  return buildConfigReport(
    {
      ...buildConfiguration({ ...said, program: 'plugin' }),
      files: text === undefined ? [] : [path],
    },
    buildConfiguration({ ...said, program: 'diagnostic' }),
  );
}

function render(text?: string): string[] {
  return renderConfig(report(text), ['/etc/a', '/etc/\u001bb'], (_, words) => words).split('\n');
}

test('every option has its value and its origin, as data', () => {
  const { files, options, diagnostic, problems } = report('[global]\napps = maybe\ncgroups = on');
  expect(files).toEqual(['/etc/netdata/ebpf.d/process.conf']);
  expect(options.map(({ option }) => option)).toEqual(OPTIONS.flatMap(({ name }) => name ?? []));
  expect(options).toContainEqual({ option: 'cgroups', value: true, origin: 'process.conf:3' });
  expect(options).toContainEqual({ option: 'lifetime', value: 300, origin: 'default' });
  expect(diagnostic).toEqual([
    { option: 'ebpf load mode', value: 'return', origin: 'default of the diagnostic' },
    { option: 'apps', value: true, origin: 'default of the diagnostic' },
  ]);
  expect(problems).toEqual(['process.conf:2: apps must be yes or no, not "maybe"']);
});

test('a page names the files, and the values that differ in the diagnostic', () => {
  const lines = render('[global]\ncgroups = on');
  expect(lines[0]).toBe('option              value       origin');
  expect(lines).toContain('cgroups             yes         process.conf:2');
  expect(lines.slice(-3)).toEqual([
    'read /etc/netdata/ebpf.d/process.conf',
    '--once, plan and program: ebpf load mode return (default of the diagnostic), apps yes (default of the diagnostic)',
    '',
  ]);
});

test('a page names the directories where there is no file, and no difference where there is none', () => {
  expect(render()).toContain('no ebpf.d.conf and no ebpf.d/process.conf in /etc/a, /etc/\\x1bb');
  expect(render('[global]\nebpf load mode = return\napps = yes\ncgroups = yes').at(-2)).toBe(
    'read /etc/netdata/ebpf.d/process.conf',
  );
});
