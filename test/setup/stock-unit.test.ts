import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { projectFile, run, STORM } from '../kernel/run-cli.ts';

test("under Debian 12's own netdata.service, as its user, the sums of a known workload are exact", async () => {
  const file = execFileSync(projectFile('scripts/package/build'), { encoding: 'utf8' }).trim();
  const { exitCode, stdout, stderr } = await run(projectFile('test/setup/booted-debian'), [
    projectFile('test/setup/stock-unit.sh'),
    STORM,
    projectFile(file),
  ]);
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  // The agent stores seven digits of each rate.
  const sums = lines
    .splice(0, 3)
    .map((line) => line.replace(/[\d.]+$/, (sum) => `${Math.round(Number(sum))}`));
  expect([...sums, ...lines]).toEqual([
    'processes 1000',
    'threads 500',
    'failed 70',
    'bpftrace runs as root, its client as netdata',
    '1',
    expect.stringMatching(/^exposure (0\.\d|1\.\d|2\.0)$/),
  ]);
});
