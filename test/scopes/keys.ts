import { COUNTER_NUMBERS } from '../../src/program/count.ts';
import type { TaskKey } from '../../src/program/key/parse.ts';

/** What a key says, in short. */
export type KeyParts = Partial<Omit<TaskKey, 'tag'>>;

const HIGHEST_BIT = 1n << 63n;

/** A key as the kernel builds it and bpftrace prints it. */
export function encodeKey(parts: KeyParts = {}): string {
  const { counter = 'exec', index = 0 } = parts;
  return `${encodeSubject(parts)},${(index << 8) | (COUNTER_NUMBERS[counter] ?? 0)}`;
}

/** The key without its last part: whose event it was. */
export function encodeSubject({ id = 0, parent = 1, comm = 'sh', cgroup = '1' }: KeyParts): string {
  const bytes = Buffer.alloc(16);
  bytes.write(comm, 'latin1');
  const comm1 = bytes.readBigUInt64LE(0);
  const highBit = comm1 >= HIGHEST_BIT;
  const idBits = BigInt(id) | (highBit ? 1n << 32n : 0n);
  const low = highBit ? comm1 - HIGHEST_BIT : comm1;
  return [idBits, parent, low, bytes.readBigUInt64LE(8), cgroup].join(',');
}

/** The tag of an ending task, computed word by word as the program of the kernel does. */
export function computeTag(subject: string): string {
  const factors = [
    0x1e3779b97f4a7c15n,
    0x42b2ae3d27d4eb4fn,
    0x165667b19e3779f9n,
    0x27d4eb2f165667c5n,
    0x5851f42d4c957f2dn,
  ];
  const words = subject
    .split(',')
    .map((part, i) => BigInt.asUintN(64, BigInt(part) * (factors[i] ?? 0n)));
  return String(
    BigInt.asUintN(
      62,
      words.reduce((tag, word) => tag ^ word),
    ),
  );
}

/** The key of a release that holds nothing but the tag of a task that ended. */
export function encodeRemembered(tag: string): string {
  return `${tag},0,0,0,0,${COUNTER_NUMBERS['released']}`;
}

/** A key as it is when it was read. */
export function buildKey(parts: KeyParts = {}): TaskKey {
  return {
    id: 0,
    parent: 1,
    comm: 'sh',
    cgroup: '1',
    counter: 'exec',
    index: 0,
    tag: '',
    ...parts,
  };
}
