import { COMM_HIGH_BIT, OWN_BIT, readCounter, readIndex, readPidMax, USER_BIT } from './layout.ts';

/** The key of a count, read: whose event it was, and which event. */
export interface TaskKey {
  /** Process id; 0 for a process too young to have its own in the key. */
  readonly id: number;
  /** Process id of the parent. */
  readonly parent: number;
  /** A byte string of up to 15 bytes. */
  readonly comm: string;
  /** Id of the cgroup v2, as text: it may be larger than 2^53. `1` where there is none. */
  readonly cgroup: string;
  /** The counter, by the name of its map. */
  readonly counter: string;
  /** The kernel knew the task for one of the watched command's. */
  readonly isOwn: boolean;
  /** The task is of the user that was asked for; false where none was. */
  readonly isOfUser: boolean;
  /** For an error its errno, for the exit of a process see `readEnding`, else 0. */
  readonly index: number;
  /** For an error the highest process id that the caller's children may have, plus 1; 0 where it is not known. */
  readonly pidMax: number;
}

/**
 * Read a key as bpftrace prints it: the parts of `KEY_PARTS` with commas between them. Not by `split`, which costs more: a
 * dump may hold 30,000 keys.
 *
 * @returns `undefined` for anything else.
 */
export function parseTaskKey(text: string): TaskKey | undefined {
  const idEnd = text.indexOf(',');
  const parentEnd = text.indexOf(',', idEnd + 1);
  const commMiddle = text.indexOf(',', parentEnd + 1);
  const commEnd = text.indexOf(',', commMiddle + 1);
  const cgroupEnd = text.indexOf(',', commEnd + 1);
  const isSix =
    idEnd > 0 &&
    parentEnd > idEnd + 1 &&
    commEnd > commMiddle &&
    commMiddle > parentEnd &&
    cgroupEnd > commEnd + 1 &&
    cgroupEnd < text.length - 1;
  if (!isSix) return undefined;
  let idBits = Number(text.slice(0, idEnd));
  const isOfUser = idBits >= USER_BIT;
  if (isOfUser) idBits -= USER_BIT;
  const isOwn = idBits >= OWN_BIT;
  if (isOwn) idBits -= OWN_BIT;
  const parent = Number(text.slice(idEnd + 1, parentEnd));
  const cgroup = text.slice(commEnd + 1, cgroupEnd);
  const what = Number(text.slice(cgroupEnd + 1));
  const highBit = idBits >= COMM_HIGH_BIT;
  const comm = findComm(text.slice(parentEnd + 1, commEnd), highBit);
  const counter = readCounter(what);
  const isNumbers =
    isCount(idBits) && isCount(parent) && isCount(what) && /^\d{1,20}$/.test(cgroup);
  if (counter === undefined || comm === undefined || !isNumbers) return undefined;
  return {
    id: highBit ? idBits - COMM_HIGH_BIT : idBits,
    parent,
    comm,
    cgroup,
    isOwn,
    isOfUser,
    counter,
    index: readIndex(counter, what),
    pidMax: readPidMax(counter, what),
  };
}

function isCount(number: number): boolean {
  return number >= 0 && Number.isSafeInteger(number);
}

/** Comms by their two numbers: many keys share few of them, and 64-bit arithmetic costs more than all other reading. */
const comms = [new Map<string, string>(), new Map<string, string>()] as const;
const MOST_COMMS = 4_096;

/** @param words - Two numbers with a comma between them. */
function findComm(words: string, highBit: boolean): string | undefined {
  const known = comms[highBit ? 1 : 0];
  const comm = known.get(words);
  if (comm !== undefined) return comm;
  const [, comm1, comm2] = /^(\d{1,20}),(\d{1,20})$/.exec(words) ?? [];
  if (comm1 === undefined || comm2 === undefined) return undefined;
  const read = readComm(comm1, comm2, highBit);
  if (known.size >= MOST_COMMS) known.clear();
  known.set(words, read);
  return read;
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
