import { PassThrough } from 'node:stream';

/** A process whose output is kept. It is no terminal. */
export function fakeIo() {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    streams[name].on('data', (text) => {
      texts[name] += text;
    });
  }
  return {
    io: { ...streams, env: {}, geteuid: () => 0 } as unknown as NodeJS.Process,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
  };
}
