import type { Half } from './double-buffer.ts';
import type { Block } from './events/emitter.ts';
import { isCleared, type MapLayout, type ProgramLayout } from './layout.ts';
import { branch } from './text.ts';

/** One CPU runs the program every 10 ms, so that a dump begins at most so late. */
const ATTACH_POINT = 'interval:ms:10';

/** The attach point of the dump's one BPF program, as `Program.attachPoints` has it. */
export const DUMP_PROGRAM = 'interval';

/**
 * Prints every map once a period, between a begin and an end marker. $1: nanoseconds from `nsecs` to wall clock time;
 * $2: the period in nanoseconds. A period begins at a whole multiple of $2 of the wall clock, so that dumps come just
 * after the second and do not drift.
 *
 * bpftrace prints after the program has returned, so the maps are read some microseconds to milliseconds after the
 * `nsecs` of the begin marker.
 */
export function emitDump(layout: ProgramLayout): Block {
  return {
    attachPoints: [ATTACH_POINT],
    body: [
      ...READ_CLOCK,
      ...branch('@period != $period', [
        '@period = $period;',
        'printf("begin %llu %llu\\n", $period, $now);',
        ...print([...layout.values()]),
        'printf("end %llu\\n", $period);',
      ]),
    ],
  };
}

export const ABOUT_DUMP: readonly string[] = [
  'Prints every map once a period of the wall clock. $1: from nsecs to wall clock time; $2: the period; nanoseconds',
];

/**
 * Prints once a period the half of the maps that was active until now.
 *
 * At the begin of a period the other half becomes active (`@half`). One tick later no program counts in the retired half any
 * more: it is printed, and its keys are cleared. `clear(@busy)` is queued behind that, and until it has run the halves do not
 * change again: no event falls between print and clear, however late bpftrace is. Totals are never cleared. The last number
 * of the begin marker is the half that is printed: 0 for `_a`, 1 for `_b`.
 */
export function emitDoubleBufferDump(layout: ProgramLayout): Block {
  const printHalf = (half: Half) => [
    `printf("begin %llu %llu ${half === 'a' ? 0 : 1}\\n", @period, @begin);`,
    ...print([...layout.values()].filter((map) => map.half === half)),
  ];
  return {
    attachPoints: [ATTACH_POINT],
    body: [
      ...READ_CLOCK,
      ...branch(
        '@busy == 0',
        branch('@period != $period', [
          '@period = $period;',
          '@begin = $now;',
          '@busy = 1;',
          ...branch('@half == 0', ['@half = 1;'], ['@half = 0;']),
        ]),
        branch('@busy == 1', [
          '@busy = 2;',
          ...branch('@half == 1', printHalf('a'), printHalf('b')),
          'clear(@busy);',
          'printf("end %llu\\n", @period);',
        ]),
      ),
    ],
  };
}

export const ABOUT_DOUBLE_BUFFER_DUMP: readonly string[] = [
  'Once a period of the wall clock, events go to the other half of the maps, and one tick later the half before is',
  'printed and its keys cleared; @busy is cleared behind that, and until then nothing flips. $1: from nsecs to wall',
  'clock time; $2: the period; nanoseconds',
];

const READ_CLOCK = ['$now = (uint64)nsecs;', '$period = ($now + (uint64)$1) / (uint64)$2;'];

function print(maps: readonly MapLayout[]): string[] {
  return maps.flatMap(({ name, alias }) => [
    `print(@${alias});`,
    ...(isCleared(name) ? [`clear(@${alias});`] : []),
  ]);
}
