import { describe, expect, test } from 'vitest';
import { readKernelTypes } from '../../src/host/kernel-types.ts';

const KINDS = { int: 1, pointer: 2, struct: 4, union: 5, typedef: 8, const: 10, func: 12 } as const;

/** A type as BTF writes it; members as name, number of their type, and place in bits. */
interface Type {
  readonly kind: keyof typeof KINDS;
  readonly name?: string;
  /** Number of the type that it is another name of, or its size. */
  readonly of?: number;
  readonly members?: readonly (readonly [name: string, type: number, bits: number])[];
}

/** @see kernel:Documentation/bpf/btf.rst */
function encodeBtf(types: readonly Type[]): Buffer {
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

const BTF = encodeBtf([
  { kind: 'int', name: 'int', of: 4 }, // 1
  { kind: 'struct', name: 'task_struct', members: [] }, // 2, declared and not described
  {
    kind: 'struct',
    name: 'task_struct', // 3
    members: [
      ['flags', 1, 352],
      ['', 4, 1_024],
      ['se', 7, 2_048],
      // A bit field: the upper 8 bits are its width.
      ['in_execve', 1, (1 << 24) | 4_096],
      ['signal', 9, 8_192],
    ],
  },
  {
    kind: 'union',
    members: [
      ['', 5, 0],
      ['exit_code', 1, 64],
    ],
  }, // 4
  { kind: 'struct', members: [['pid', 1, 32]] }, // 5
  { kind: 'struct', name: 'load_weight', members: [['weight', 1, 64]] }, // 6
  { kind: 'const', of: 8 }, // 7
  { kind: 'typedef', name: 'entity_t', of: 10 }, // 8
  { kind: 'pointer', of: 3 }, // 9
  { kind: 'struct', name: 'sched_entity', members: [['load', 6, 128]] }, // 10
  { kind: 'func', name: 'kernel_clone', of: 1 }, // 11
]);

describe('the place of a member', () => {
  test.each<[string, string, number | undefined]>([
    ['of a struct', 'task_struct.flags', 44],
    ['of a struct without a name within a union without one', 'task_struct.pid', 132],
    ['of a union without a name', 'task_struct.exit_code', 136],
    ['of structs within, under other names', 'task_struct.se.load.weight', 280],
    ['that is a bit field', 'task_struct.in_execve', 512],
    ['that is a pointer', 'task_struct.signal', 1_024],
    ['behind a pointer is not of this struct', 'task_struct.signal.flags', undefined],
    ['that is not there', 'task_struct.nothing', undefined],
    ['of a struct that is not there', 'nothing.flags', undefined],
  ])('%s', (_, member, offset) => {
    expect(readKernelTypes(BTF, [member], []).offsets.get(member)).toBe(offset);
  });
});

test('a function is known where it is described', () => {
  const { functions } = readKernelTypes(BTF, [], ['kernel_clone', 'int', 'do_fork']);
  expect(functions).toEqual(new Set(['kernel_clone']));
});

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('this is no type information at all')],
  ['a kind of type that is not known', replaceKind(31)],
])('%s tells nothing', (_, btf) => {
  expect(readKernelTypes(btf, ['task_struct.flags'], ['kernel_clone'])).toEqual({
    offsets: new Map(),
    functions: new Set(),
  });
});

function replaceKind(kind: number): Buffer {
  const btf = Buffer.from(BTF);
  btf.writeUInt32LE((kind << 24) >>> 0, 24 + 4);
  return btf;
}
