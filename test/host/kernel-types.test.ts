import { describe, expect, test } from 'vitest';
import { readKernelTypes } from '../../src/host/kernel-types.ts';
import { fc } from '../property.ts';
import { encodeBtf, type Type } from './encode-btf.ts';

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
  ['types that end in the middle of one', BTF.subarray(0, 24 + 16 + 6)],
  ['no strings', BTF.subarray(0, BTF.indexOf('\0int\0'))],
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

test('types that name each other have no end, and no member', () => {
  const circle = encodeBtf([
    { kind: 'struct', name: 'task_struct', members: [['', 2, 0]] },
    { kind: 'const', of: 3 },
    { kind: 'typedef', name: 'circle', of: 2 },
    { kind: 'int', name: 'flags', of: 4 },
  ]);
  expect(readKernelTypes(circle, ['task_struct.flags'], []).offsets).toEqual(new Map());
});

test('structs without a name that stand in each other twice are looked at once', () => {
  const layers = Array.from({ length: 60 }, (_, i): Type => {
    const inner = i + 2;
    const members: Type['members'] = [
      ['', inner, 0],
      ['', inner, 64],
    ];
    return { kind: 'struct', members, ...(i === 0 ? { name: 'task_struct' } : {}) };
  });
  const btf = encodeBtf([...layers, { kind: 'int', name: 'flags', of: 4 }]);
  expect(readKernelTypes(btf, ['task_struct.flags'], []).offsets).toEqual(new Map());
});

test('no bytes make it throw', () => {
  const places = fc.array(fc.tuple(fc.nat(BTF.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(places, fc.nat(BTF.length), (changes, length) => {
      const btf = Buffer.from(BTF);
      for (const [at, byte] of changes) btf[at] = byte;
      const { offsets } = readKernelTypes(
        btf.subarray(0, length),
        ['task_struct.se.load.weight', 'task_struct.nothing'],
        ['kernel_clone'],
      );
      for (const offset of offsets.values()) expect(offset).toBeGreaterThanOrEqual(0);
    }),
  );
});
