import { describe, expect, onTestFinished, test } from 'vitest';
import { runOnce } from '../../src/cli/commands/once.ts';
import { runPlugin } from '../../src/cli/commands/plugin.ts';
import { configure } from '../../src/cli/configure.ts';
import { buildSettings } from '../builders.ts';
import { VERSIONS } from '../fixtures.ts';
import { findFaults } from '../plugins-d/reader.ts';
import { openIo } from './recorded-io.ts';
import { openRecordedMachine } from './recorded-machine.ts';

describe.each(VERSIONS)('what was recorded with bpftrace %s', (version) => {
  test.each([
    ['table', 'page.txt'],
    ['json', 'report.json'],
  ] as const)('makes the %s of --once', async (format, name) => {
    const { io, texts } = openIo();
    const exitCode = await runOnce(
      {
        warnings: [],
        settings: buildSettings('return', { apps: true, cgroups: true }),
        configDirectories: [],
        durationSeconds: 0.8,
        format,
        top: 10,
        isVerbose: true,
        outputFile: undefined,
        command: [],
        userWish: { user: undefined, asRoot: false },
      },
      io,
      open(version),
    );
    expect({ exitCode, stderr: texts.stderr }).toEqual({ exitCode: 0, stderr: '' });
    await expect(texts.stdout).toMatchFileSnapshot(`texts/${version}-${name}`);
  });

  test('makes the lines of the plugin', async () => {
    const { io, texts } = openIo();
    const flags = { mode: 'return', lifetime: '1', apps: true, cgroups: true, updateEvery: '1' };
    // This suite's environment names directories without app groups; by default Netdata's own would have a say.
    const configured = configure(flags, process.env, 'plugin');
    const exitCode = await runPlugin(configured, io, open(version));
    expect(exitCode).toBe(0);
    expect(texts.stderr).toMatch(
      /^.* INFO {2}: MAIN : bpftrace [\d.]+ counts create .*; an update every 1 s \(--update-every\)\n$/,
    );
    expect(findFaults(texts.stdout)).toEqual([]);
    // An empty line keeps Netdata's patience alive and means nothing.
    const lines = texts.stdout.split('\n').filter((line) => line !== '');
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`texts/${version}-plugin.txt`);
  });
});

function open(version: string) {
  const machine = openRecordedMachine(version);
  onTestFinished(() => machine.close());
  return machine;
}
