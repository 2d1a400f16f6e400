/** A member of `struct task_struct`: its place in bytes. */
export type TaskStructMembers = ReadonlyMap<string, number>;

/** What a plan needs of the kernel's type information. */
export interface KernelTypes {
  /** Byte offsets of the members of `struct task_struct` by name, members of anonymous structs included. */
  readonly taskStruct: TaskStructMembers;
  /** Names of the functions whose arguments are described. */
  readonly functions: ReadonlySet<string>;
}

const NOTHING: KernelTypes = { taskStruct: new Map(), functions: new Set() };

/** Kinds of BTF types with what follows their 12-byte head, in bytes: fixed, and per member (`vlen`). */
const KIND_TAIL: readonly (readonly [fixed: number, perMember: number])[] = [
  [0, 0], // void
  [4, 0], // int
  [0, 0], // pointer
  [12, 0], // array
  [0, 12], // struct
  [0, 12], // union
  [0, 8], // enum
  [0, 0], // forward
  [0, 0], // typedef
  [0, 0], // volatile
  [0, 0], // const
  [0, 0], // restrict
  [0, 0], // function
  [0, 8], // function prototype
  [4, 0], // variable
  [0, 12], // data section
  [0, 0], // float
  [4, 0], // declaration tag
  [0, 0], // type tag
  [0, 12], // enum64
];

const STRUCT = 4;
const FUNCTION = 12;
const HEAD_BYTES = 12;
const BTF_MAGIC = 0xeb9f;

/**
 * Find where the members of `struct task_struct` lie, and which of some functions are described.
 *
 * @param btf - Content of `/sys/kernel/btf/vmlinux`.
 * @returns Nothing where this is no BTF that we know.
 * @see kernel:Documentation/bpf/btf.rst
 */
export function readKernelTypes(btf: Buffer, functions: readonly string[]): KernelTypes {
  if (btf.length < 24 || btf.readUInt16LE(0) !== BTF_MAGIC) return NOTHING;
  const headerBytes = btf.readUInt32LE(4);
  const typesAt = headerBytes + btf.readUInt32LE(8);
  const typesEnd = typesAt + btf.readUInt32LE(12);
  const stringsAt = headerBytes + btf.readUInt32LE(16);
  const findName = (name: string) => btf.indexOf(`\0${name}\0`, stringsAt) + 1 - stringsAt;
  const wanted = findName('task_struct');
  const functionNames = new Map(functions.map((name) => [findName(name), name]));
  const described = new Set<string>();
  const places: number[] = [0];
  let found: number | undefined;
  for (let at = typesAt; at < typesEnd; ) {
    const info = btf.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 0x1f;
    const tail = KIND_TAIL[kind];
    if (tail === undefined) return NOTHING;
    places.push(at);
    if (kind === STRUCT && btf.readUInt32LE(at) === wanted && (info & 0xffff) > 0) found = at;
    if (kind === FUNCTION) {
      const name = functionNames.get(btf.readUInt32LE(at));
      if (name !== undefined) described.add(name);
    }
    at += HEAD_BYTES + tail[0] + tail[1] * (info & 0xffff);
  }
  const members = new Map<string, number>();
  if (found !== undefined) collectMembers(btf, stringsAt, places, found, 0, members);
  return { taskStruct: members, functions: described };
}

function collectMembers(
  btf: Buffer,
  stringsAt: number,
  places: readonly number[],
  structAt: number,
  baseBytes: number,
  members: Map<string, number>,
): void {
  const count = btf.readUInt32LE(structAt + 4) & 0xffff;
  for (let i = 0; i < count; i += 1) {
    const at = structAt + HEAD_BYTES + i * 12;
    const nameAt = btf.readUInt32LE(at);
    // Bit-field structs keep the width of the member in the upper 8 bits.
    const offsetBytes = baseBytes + (btf.readUInt32LE(at + 8) & 0xffffff) / 8;
    if (nameAt !== 0) {
      const from = stringsAt + nameAt;
      members.set(btf.toString('latin1', from, btf.indexOf(0, from)), offsetBytes);
      continue;
    }
    const type = places[btf.readUInt32LE(at + 4)];
    if (type !== undefined && ((btf.readUInt32LE(type + 4) >>> 24) & 0x1f) === STRUCT) {
      collectMembers(btf, stringsAt, places, type, offsetBytes, members);
    }
  }
}
