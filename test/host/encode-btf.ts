const KINDS = { int: 1, pointer: 2, struct: 4, union: 5, typedef: 8, const: 10, func: 12 } as const;

/** A type as BTF writes it; members as name, number of their type, and place in bits. */
export interface Type {
  readonly kind: keyof typeof KINDS;
  readonly name?: string;
  /** Number of the type that it is another name of, or its size. */
  readonly of?: number;
  readonly members?: readonly (readonly [name: string, type: number, bits: number])[];
}

/** @see kernel:Documentation/bpf/btf.rst */
export function encodeBtf(types: readonly Type[]): Buffer {
  let strings = '\0';
  const place = (name = '') => {
    if (name === '') return 0;
    const known = strings.indexOf(`\0${name}\0`);
    if (known >= 0) return known + 1;
    strings += `${name}\0`;
    return strings.length - name.length - 1;
  };
  const words = types.flatMap(({ kind, name, of = 0, members = [] }) => [
    ...[place(name), ((KINDS[kind] << 24) | members.length) >>> 0, of],
    ...(kind === 'int' ? [32] : []),
    ...members.flatMap(([member, type, bits]) => [place(member), type, bits]),
  ]);
  const body = Buffer.alloc(words.length * 4);
  for (const [i, word] of words.entries()) body.writeUInt32LE(word, i * 4);
  const head = Buffer.alloc(24);
  head.writeUInt16LE(0xeb9f, 0);
  head.writeUInt8(1, 2);
  for (const [i, word] of [24, 0, body.length, body.length, strings.length].entries()) {
    head.writeUInt32LE(word, 4 + i * 4);
  }
  return Buffer.concat([head, body, Buffer.from(strings, 'latin1')]);
}
