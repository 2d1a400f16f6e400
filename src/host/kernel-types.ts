/** Offsets of members in bytes, by `struct.member` such as `task_struct.comm`; a member that is not there has no entry. */
export type KernelOffsets = ReadonlyMap<string, number>;

/** What a plan needs from the kernel's type information (BTF). */
export interface KernelTypes {
  readonly offsets: KernelOffsets;
  /** Names of the functions whose arguments are described. */
  readonly functions: ReadonlySet<string>;
}

/**
 * Find where some members of structs lie, and which of some functions are described.
 *
 * @param btf - Content of `/sys/kernel/btf/vmlinux`.
 * @param members - `struct.member`, as `KernelOffsets` has them.
 * @returns Both empty where this is not BTF, or of a kind that we do not know.
 */
export function readKernelTypes(
  btf: Buffer,
  members: readonly string[],
  functions: readonly string[],
): KernelTypes {
  const types = Btf.open(btf);
  const places = members.flatMap((member): [string, number][] => {
    const dot = member.indexOf('.');
    const offset = types?.offsetOf(member.slice(0, dot), member.slice(dot + 1));
    return offset === undefined ? [] : [[member, offset]];
  });
  return {
    offsets: new Map(places),
    functions: new Set(functions.filter((name) => types?.hasFunction(name))),
  };
}

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
const UNION = 5;
const FUNCTION = 12;
/** Kinds that are another name for their type: typedef, volatile, const, restrict, type tag. */
const ALIASES: readonly number[] = [8, 9, 10, 11, 18];

/** Structs without a name inside one another; the kernel has three. */
const MOST_NESTED = 16;

/** Names of one type for another that are followed; the kernel has few. */
const MOST_ALIASES = 64;

const HEAD_BYTES = 12;
const MEMBER_BYTES = 12;
const BTF_MAGIC = 0xeb9f;

/** Stands for a name that nothing has; 0 is that of what has no name. */
const NO_NAME = -1;

/** A member of a struct. */
interface Member {
  readonly offsetBytes: number;
  /** Number of its type. */
  readonly type: number;
}

/**
 * The type information of a kernel, little-endian.
 *
 * @see kernel:Documentation/bpf/btf.rst
 */
class Btf {
  readonly #bytes: Buffer;
  readonly #stringsAt: number;
  /** Where each type begins, by its number. */
  readonly #types: number[] = [0];

  /** @returns `undefined` where this is not BTF, is cut, or holds a kind of type that we do not know. */
  static open(bytes: Buffer): Btf | undefined {
    if (bytes.length < 24 || bytes.readUInt16LE(0) !== BTF_MAGIC) return undefined;
    const btf = new Btf(bytes);
    return btf.#readTypes() ? btf : undefined;
  }

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#stringsAt = bytes.readUInt32LE(4) + bytes.readUInt32LE(16);
  }

  /**
   * Bytes from the begin of a struct to one of its members; `undefined` where either is not there.
   *
   * @param path - `member`, or `member.member` for a struct inside the struct; a path does not follow pointers. A member of
   * an anonymous struct or union counts as a member of the struct around it.
   */
  offsetOf(struct: string, path: string): number | undefined {
    const name = this.#findName(struct);
    let at = this.#types.find(
      (type) => this.#kind(type) === STRUCT && this.#name(type) === name && this.#length(type) > 0,
    );
    let offsetBytes = 0;
    for (const word of path.split('.')) {
      const member = at === undefined ? undefined : this.#findMember(at, this.#findName(word));
      if (member === undefined) return undefined;
      offsetBytes += member.offsetBytes;
      at = this.#resolve(member.type);
    }
    return offsetBytes;
  }

  hasFunction(name: string): boolean {
    const wanted = this.#findName(name);
    return this.#types.some((type) => this.#kind(type) === FUNCTION && this.#name(type) === wanted);
  }

  /** @returns Whether every type is whole, and its kind known. */
  #readTypes(): boolean {
    const typesAt = this.#bytes.readUInt32LE(4) + this.#bytes.readUInt32LE(8);
    const typesEnd = typesAt + this.#bytes.readUInt32LE(12);
    if (typesEnd > this.#bytes.length) return false;
    let at = typesAt;
    while (at + HEAD_BYTES <= typesEnd) {
      const tail = KIND_TAIL[this.#kind(at)];
      if (tail === undefined) return false;
      this.#types.push(at);
      at += HEAD_BYTES + tail[0] + tail[1] * this.#length(at);
    }
    return at === typesEnd;
  }

  /** @param searched - Structs without a name that do not have it: one can stand in many others. */
  #findMember(
    struct: number,
    name: number,
    searched: Set<number> = new Set(),
    depth = 0,
  ): Member | undefined {
    const kind = this.#kind(struct);
    if ((kind !== STRUCT && kind !== UNION) || searched.has(struct) || depth > MOST_NESTED)
      return undefined;
    searched.add(struct);
    for (let i = 0; i < this.#length(struct); i += 1) {
      const at = struct + HEAD_BYTES + i * MEMBER_BYTES;
      const type = this.#bytes.readUInt32LE(at + 4);
      // Where a struct has bit fields, the upper 8 bits hold the width of the member.
      const offsetBytes = (this.#bytes.readUInt32LE(at + 8) & 0xffffff) / 8;
      const memberName = this.#bytes.readUInt32LE(at);
      if (memberName === name) return { offsetBytes, type };
      const within =
        memberName === 0
          ? this.#findMember(this.#resolve(type), name, searched, depth + 1)
          : undefined;
      if (within !== undefined) return { ...within, offsetBytes: offsetBytes + within.offsetBytes };
    }
    return undefined;
  }

  /** Where the type with this number begins; typedefs and qualifiers are followed to what they name. */
  #resolve(type: number): number {
    let at = this.#types[type] ?? 0;
    for (let i = 0; i < MOST_ALIASES && ALIASES.includes(this.#kind(at)); i += 1) {
      at = this.#types[this.#bytes.readUInt32LE(at + 8)] ?? 0;
    }
    return at;
  }

  /**
   * The offset of a name in the table of strings; `NO_NAME` where it is not there. A name stands there once, so that equal
   * offsets mean equal names.
   */
  #findName(name: string): number {
    const at = this.#bytes.indexOf(`\0${name}\0`, this.#stringsAt);
    return at < 0 ? NO_NAME : at + 1 - this.#stringsAt;
  }

  #name(type: number): number {
    return this.#bytes.readUInt32LE(type);
  }

  #kind(type: number): number {
    return (this.#bytes.readUInt32LE(type + 4) >>> 24) & 0x1f;
  }

  #length(type: number): number {
    return this.#bytes.readUInt32LE(type + 4) & 0xffff;
  }
}
