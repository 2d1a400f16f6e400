import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

/** A process as far as our programs use theirs, and what they wrote. */
export function openIo() {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const texts = { stdout: '', stderr: '' };
  stdout.on('data', (chunk) => {
    texts.stdout += chunk;
  });
  stderr.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  const io = Object.assign(new EventEmitter(), {
    stdout,
    stderr,
    stdin,
    env: {},
    geteuid: () => 0,
  });
  return { io: io as unknown as NodeJS.Process, texts };
}
