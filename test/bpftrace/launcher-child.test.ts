import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import type { BpftraceCommand } from '../../src/bpftrace/command.ts';
import { connectTo, LauncherChild, run } from '../../src/bpftrace/launcher-child.ts';
import { toLauncherProgram, toRequest } from '../../src/bpftrace/launcher-request.ts';
import { buildBpftrace } from '../builders.ts';

const directory = mkdtempSync(join(tmpdir(), 'launcher-child-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A launcher that is a shell script. */
function launcher(script: string): string {
  const path = join(directory, 'launcher');
  writeFileSync(path, `#!/bin/sh\nread -r request\n${script}\n`, { mode: 0o755 });
  return path;
}

/** A server that does to each client what it is told. */
async function serve(act: (socket: Socket, request: string) => void) {
  const path = join(directory, 'socket');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined).once('data', (data) => act(socket, String(data)));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { path, close: () => server.close() };
}

test('a setuid launcher gets the request, and its last line says how bpftrace ended', async () => {
  const path = launcher('echo "got $request"; echo \'{"type": "ended", "data": "signal 9"}\'');
  const child = new LauncherChild(run(path), 'run 1 ab\n');
  const lines = (await text(child.stdout)).trim().split('\n');
  expect(lines[0]).toBe('got run 1 ab');
  expect(lines.map((line) => child.takes(line))).toEqual([true, true]);
  expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
});

test('it ends with the end of its input', async () => {
  const child = new LauncherChild(run(launcher('cat; exit 3')), 'run\n');
  child.kill('SIGTERM');
  await text(child.stdout);
  expect(await child.ended).toMatchObject({ exitCode: 3 });
});

test.each([['SIGTERM'], ['SIGKILL']] as const)(
  'a client over a socket is gone after %s',
  async (signal) => {
    const server = await serve((socket) => {
      socket.write('{"type": "missed", "data": [[1, 5, 7]]}\n');
      socket.on('end', () => socket.end());
    });
    const child = new LauncherChild(connectTo(server.path), 'run\n');
    const [line] = await new Promise<string[]>((resolve) => {
      child.stdout.once('data', (data) => resolve(String(data).split('\n')));
    });
    expect(child.takes(line ?? '')).toBe(true);
    expect(child.programs).toEqual([{ id: 1, type: 5, misses: 7 }]);
    child.kill(signal);
    expect(await child.ended).toMatchObject({ exitCode: undefined, signal: undefined });
    server.close();
  },
);

test('a connection that is closed without a word, and a socket that is not there', async () => {
  const server = await serve((socket) => socket.destroy());
  const closed = new LauncherChild(connectTo(server.path), 'run\n');
  expect(await text(closed.stdout)).toBe('');
  expect((await closed.ended).problem).toMatch(/./);
  server.close();
  const none = new LauncherChild(connectTo(join(directory, 'none')), 'run\n');
  expect(await text(none.stdout)).toBe('');
  expect((await none.ended).problem).toMatch(/^connect ENOENT/);
  const missing = new LauncherChild(run(join(directory, 'none')), 'run\n');
  expect(await text(missing.stdout)).toBe('');
  expect((await missing.ended).problem).toMatch(/^spawn .* ENOENT$/);
});

const COMMAND: BpftraceCommand = {
  bpftrace: buildBpftrace('0.23.2'),
  privilege: 'socket',
  lifeline: [],
  programText: 'BEGIN { }\n',
  mapKeys: 32_768,
  attachPoints: ['rawtracepoint:sched_process_exec'],
  parameters: ['1700000000000000000', '1000000000'],
};

test('a request names the program by its hash, as sha256sum prints it', () => {
  expect(toRequest(COMMAND)).toBe(
    'run 1 74eec121c40419db4e60c9eb948f8f839e6f77cbbdd9603444d6b69cb8ce8af7 1700000000000000000 1000000000 32768\n',
  );
  expect(toRequest({ ...COMMAND, mapKeys: undefined })).toMatch(/ 4096\n$/);
  expect(() => toRequest({ ...COMMAND, parameters: ['1', '2', '3'] })).toThrow('more parameters');
});

test('a first line says what this bpftrace needs besides', () => {
  const firstLine = (version: string, attachPoint: string) => {
    const command = { ...COMMAND, bpftrace: buildBpftrace(version), attachPoints: [attachPoint] };
    return toLauncherProgram(command).replace(COMMAND.programText, '');
  };
  expect(firstLine('0.27.1', 'rawtracepoint:x')).toBe('// --traceable-functions\n');
  expect(firstLine('0.27.1', 'tracepoint:a:b')).toBe('');
  expect(firstLine('0.23.2', 'rawtracepoint:x')).toBe('');
});
