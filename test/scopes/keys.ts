import { COUNTER_NUMBERS } from '../../src/program/key/layout.ts';
import type { TaskKey } from '../../src/program/key/parse.ts';

/** What a key says, in short. */
export type KeyParts = Partial<TaskKey>;

const HIGHEST_BIT = 1n << 63n;

/** A key as the kernel builds it and bpftrace prints it. */
export function encodeKey(parts: KeyParts = {}): string {
  const { counter = 'exec', index = 0, pidMax = 0 } = parts;
  const what = pidMax * 2 ** 20 + ((index << 8) | (COUNTER_NUMBERS[counter] ?? 0));
  return `${encodeSubject(parts)},${what}`;
}

/** The key without its last part: whose event it was. */
export function encodeSubject(parts: KeyParts): string {
  const { id = 0, parent = 1, comm = 'sh', cgroup = '1', isOwn = false, isOfUser = false } = parts;
  const bytes = Buffer.alloc(16);
  bytes.write(comm, 'latin1');
  const comm1 = bytes.readBigUInt64LE(0);
  const highBit = comm1 >= HIGHEST_BIT;
  const idBits =
    BigInt(id) |
    (highBit ? 1n << 32n : 0n) |
    (isOwn ? 1n << 33n : 0n) |
    (isOfUser ? 1n << 34n : 0n);
  const low = highBit ? comm1 - HIGHEST_BIT : comm1;
  return [idBits, parent, low, bytes.readBigUInt64LE(8), cgroup].join(',');
}

/** A key as it is when it was read. */
export function buildKey(parts: KeyParts = {}): TaskKey {
  return {
    id: 0,
    parent: 1,
    comm: 'sh',
    cgroup: '1',
    isOwn: false,
    isOfUser: false,
    counter: 'exec',
    index: 0,
    pidMax: 0,
    ...parts,
  };
}
