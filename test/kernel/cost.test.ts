import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { CLI, collect, run } from './run-cli.ts';

const SWITCH = '/proc/sys/kernel/bpf_stats_enabled';
const value = () => readFileSync(SWITCH, 'utf8').trim();

afterEach(() => writeFileSync(SWITCH, '0'));

test('--cost tells what each program cost, and switches the measuring off again', async () => {
  const { exitCode, stderr } = await run(CLI, ['--cost', '--', 'sh', '-c', 'true; true & wait']);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(
    /^cost of watching for [\d.]+ s, of one CPU: programs [\d.]+ % \([\d,]+ runs/m,
  );
  expect(stderr).toMatch(
    /^ +[\d.]+ % +[1-9][\d,]* +[1-9][\d,]* +\S+ +(raw_tracepoint|tracepoint|tracing)$/m,
  );
  expect(value()).toBe('0');
});

test('watch tells it at its end, after the lines', async () => {
  const { stdout, stderr } = await run(CLI, ['watch', '0.5', '1', '--cost']);
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect(stderr).toMatch(/^cost of watching for /m);
  expect(value()).toBe('0');
});

test('what was on before stays on', async () => {
  writeFileSync(SWITCH, '1');
  await run(CLI, ['--cost', '-d', '0.1']);
  expect(value()).toBe('1');
});

test('it is switched off where Ctrl-C ends the watch', async () => {
  const child = spawn(CLI, ['--cost', '-d', '60'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = collect(child);
  while (value() !== '1') await sleep(20);
  child.kill('SIGINT');
  await ended;
  expect(value()).toBe('0');
});
