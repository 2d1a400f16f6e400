import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { runRecord } from '../../src/cli/commands/record.ts';
import { runReplay } from '../../src/cli/commands/replay.ts';
import { runReplayIntervals } from '../../src/cli/commands/replay-intervals.ts';
import { buildSettings } from '../builders.ts';
import { VERSIONS } from '../fixtures.ts';
import { openIo } from './recorded-io.ts';
import { openRecordedMachine } from './recorded-machine.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'record-'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function record(
  version: string,
  format: 'none' | 'table' | 'json',
  file: string,
): Promise<string> {
  const machine = openRecordedMachine(version);
  onTestFinished(() => machine.close());
  const { io, texts } = openIo();
  const exitCode = await runRecord(
    {
      warnings: ['said of all'],
      settings: buildSettings('return', { apps: true, cgroups: true }),
      configDirectories: [],
      durationSeconds: 0.8,
      partMs: 100,
      mostBytes: 1e9,
      file,
      format,
      command: [],
      userWish: { user: undefined, asRoot: false },
    },
    io,
    machine,
  );
  expect(exitCode).toBe(0);
  expect(texts.stderr).toMatch(/^ebpf-processes: recorded 0\.\d s in 9 snapshots, \d+ kB; see it/);
  return texts.stdout;
}

async function replay(file: string, format: 'table' | 'json'): Promise<string> {
  const { io, texts } = openIo();
  const all = { from: undefined, to: undefined, outputFile: undefined };
  await runReplay({ file, format, top: 5, isVerbose: false, ...all }, io);
  return texts.stdout;
}

test.each(
  VERSIONS.flatMap((version) =>
    (['table', 'json'] as const).map((format) => [version, format] as const),
  ),
)('with bpftrace %s, the %s of a recording is that of the time itself', async (version, format) => {
  const file = join(root, 'recording');
  const live = await record(version, format, file);
  expect(live.length).toBeGreaterThan(500);
  expect(await replay(file, format)).toBe(live);
});

test('interval by interval it is what a watch prints', async () => {
  const file = join(root, 'recording');
  await record('0.23.2', 'json', file);
  const { io, texts } = openIo();
  const all = { from: undefined, to: undefined, speed: 1, intervalSeconds: 0.2 };
  await runReplayIntervals({ file, format: 'csv', ...all }, io);
  const rows = texts.stdout.trim().split('\n');
  expect(rows[0]).toMatch(/^time,seconds,process_created,/);
  expect(rows.length).toBeGreaterThan(2);
  const whole = JSON.parse(await replay(file, 'json'));
  const created = rows.slice(1).map((row) => Number(row.split(',')[2]));
  const sum = created.reduce((all, count) => all + count, 0);
  expect(sum).toBe(whole.system.process_created);
});
