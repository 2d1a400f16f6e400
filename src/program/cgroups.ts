import type { CgroupEvents } from '../plan/plan.ts';
import { CGROUPS, inActiveHalf } from './double-buffer.ts';
import type { Block } from './events/emitter.ts';
import { aliasOf } from './layout.ts';
import { block, branch } from './text.ts';

/**
 * A cgroup that was made stands in the map as the words of its path: number by number, each of six bytes, so that a word
 * is a number that JSON holds exactly and no version of bpftrace mangles a string. A path that is longer than all words
 * is cut, and its last word has no NUL.
 */
export const WORD_BYTES = 6;

/** Bytes of a path that are kept: nearly all are shorter, and the begin of a path tells what the cgroup belongs to. */
const MOST_WORDS = 64;

/** Where the loop is written out, each word makes bpftrace start a millisecond later. */
const MOST_WORDS_WITHOUT_LOOP = 36;

/** Stands in the map instead of the number of a word where a cgroup was removed. */
export const REMOVED = 255;

const MADE = 'tracepoint:cgroup:cgroup_mkdir';
const GONE = 'tracepoint:cgroup:cgroup_rmdir';

/** Which cgroups were made and removed, so that one that is gone by the next dump has a name. */
export const ABOUT_CGROUPS: readonly string[] = [
  'Made and removed ones, of version 2 alone (root == 0): each hierarchy counts its own ids. A path is kept in',
  `words of ${WORD_BYTES} bytes up to its NUL, under the id of the cgroup and the number of the word; ${REMOVED} says that it is gone`,
];

export function emitCgroups(events: CgroupEvents): Block[] {
  return [
    { attachPoints: [MADE], body: branch('args->root == 0', keepPath(events)) },
    {
      attachPoints: [GONE],
      body: branch('args->root == 0', [
        '$half = @half;',
        ...inActiveHalf((half) => [
          `@${aliasOf(CGROUPS, half)}[(uint64)args->id, (uint64)${REMOVED}] = (uint64)1;`,
        ]),
      ]),
    },
  ];
}

function keepPath({ path, canLoop }: CgroupEvents): string[] {
  const words = canLoop ? MOST_WORDS : MOST_WORDS_WITHOUT_LOOP;
  const keep = [
    `$word = *(uint64*)($path + $i * ${WORD_BYTES});`,
    '$word = $word & 0xffffffffffff;',
    ...inActiveHalf((half) => [`@${aliasOf(CGROUPS, half)}[$id, $i] = $word;`]),
    '$i = $i + 1;',
    // True where one of the six bytes is 0.
    ...branch('(($word - 0x010101010101) & ~$word & 0x808080808080) != 0', [
      `$i = (uint64)${REMOVED};`,
    ]),
  ];
  return [
    `$path = ${PATHS[path]};`,
    '$id = (uint64)args->id;',
    // Asked once: the words of a path must not be split between two dumps.
    '$half = @half;',
    '$word = (uint64)0;',
    '$i = (uint64)0;',
    ...(canLoop
      ? block(`while ($i < ${words})`, keep)
      : block(`unroll(${words})`, branch(`$i < ${words}`, keep))),
  ];
}

/** The address of a path, which is the only text in the record of the event; see `CgroupEvents`. */
const PATHS: Readonly<Record<CgroupEvents['path'], string>> = {
  pointer: '(uint64)args->path',
  // It is at byte 28 of the record, and 0.23 takes four times that.
  'far-pointer': '(uint64)args->path - 84',
  location: '(uint64)args + (args->data_loc_path & 0xffff)',
};
