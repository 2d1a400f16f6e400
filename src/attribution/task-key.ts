import { COUNTER_NUMBERS, INDEX_SHIFT } from '../program/count.ts';
import { COMM_HIGH_BIT, TAG_FACTORS, TAG_MASK } from '../program/keying.ts';

/** The key of one count: whose event it was, and which. */
export interface TaskKey {
  /** Process id; 0 where a short-lived process was not asked for its own. */
  readonly id: number;
  /** Process id of the parent. */
  readonly parent: number;
  /** A byte string of up to 15 bytes. */
  readonly comm: string;
  /** Id of the cgroup v2, as text: it may be larger than 2^53. `1` where there is none. */
  readonly cgroup: string;
  /** The counter, by the name of its map. */
  readonly counter: string;
  /** For an error its errno, for the end of a process `SHORT_LIVED_INDEX` or 0, else 0. */
  readonly index: number;
  /** Under what an ending task is remembered until its release, and what a release of a remembered one holds. */
  readonly tag: string;
}

const COUNTERS: ReadonlyMap<number, string> = new Map(
  Object.entries(COUNTER_NUMBERS).map(([counter, number]) => [number, counter]),
);

const WORD_MASK = 0xffffffffffffffffn;
const COUNTER_MASK = (1 << INDEX_SHIFT) - 1;

/**
 * Read a key as bpftrace prints it: `id,parent,comm1,comm2,cgroup,what`.
 *
 * @returns `undefined` for anything else.
 */
export function parseTaskKey(text: string): TaskKey | undefined {
  const parts = text.split(',');
  const [id, parent, comm1, comm2, cgroup, what] = parts;
  if (!id || !parent || !comm1 || !comm2 || !cgroup || !what || parts.length !== 6)
    return undefined;
  const counter = COUNTERS.get(Number(what) & COUNTER_MASK);
  const idBits = Number(id);
  // Anything but a number compares to nothing.
  const isNumbers = idBits >= 0 && Number(parent) >= 0 && Number(cgroup) >= 0 && Number(what) >= 0;
  const comm = findComm(comm1, comm2, idBits >= Number(COMM_HIGH_BIT));
  if (counter === undefined || comm === undefined || !isNumbers) return undefined;
  const highBit = idBits >= Number(COMM_HIGH_BIT);
  return {
    id: highBit ? idBits - Number(COMM_HIGH_BIT) : idBits,
    parent: Number(parent),
    comm,
    cgroup,
    counter,
    index: Number(what) >>> INDEX_SHIFT,
    tag: counter === 'released' ? id : text.slice(0, text.lastIndexOf(',')),
  };
}

/** The tag under which the kernel remembers an ending task, from the key's text without its last part. */
export function buildTag(keyText: string): string {
  let tag = 0n;
  keyText.split(',').forEach((part, i) => {
    tag ^= (BigInt(part) * (TAG_FACTORS[i] ?? 0n)) & WORD_MASK;
  });
  return String(tag & TAG_MASK);
}

/** Many keys hold few names, and arithmetic with 64 bits is what costs most of reading a key. */
const comms = new Map<string, string>();
const MOST_COMMS = 10_000;

function findComm(comm1: string, comm2: string, highBit: boolean): string | undefined {
  const words = `${comm1},${comm2},${highBit}`;
  const known = comms.get(words);
  if (known !== undefined) return known;
  if (!/^\d+,\d+,/.test(words)) return undefined;
  const comm = readComm(comm1, comm2, highBit);
  if (comms.size >= MOST_COMMS) comms.clear();
  comms.set(words, comm);
  return comm;
}

/** Two little-endian numbers of eight bytes each; the comm ends at its first NUL. */
function readComm(comm1: string, comm2: string, highBit: boolean): string {
  const first = BigInt(comm1) | (highBit ? 1n << 63n : 0n);
  const comm = toBytes(first) + (first >> 56n === 0n ? '' : toBytes(BigInt(comm2)));
  const end = comm.indexOf('\0');
  return end < 0 ? comm : comm.slice(0, end);
}

function toBytes(word: bigint): string {
  const low = Number(word & 0xffffffffn);
  const high = Number(word >> 32n);
  return String.fromCharCode(
    low & 0xff,
    (low >>> 8) & 0xff,
    (low >>> 16) & 0xff,
    low >>> 24,
    high & 0xff,
    (high >>> 8) & 0xff,
    (high >>> 16) & 0xff,
    high >>> 24,
  );
}
