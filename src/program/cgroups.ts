import type { CgroupEvents, Plan } from '../plan/plan.ts';
import { CGROUPS, inActiveHalf } from './double-buffer.ts';
import type { Block } from './events/emitter.ts';
import { readField } from './fields.ts';
import { aliasOf } from './layout.ts';
import { block, branch, type Lines } from './text.ts';

/**
 * The map of new cgroups holds their paths in words of six bytes, each under the id of the cgroup and the number of the word.
 * A word is a number: some versions of bpftrace mangle strings, and JSON holds a number of six bytes exactly. A path ends at
 * its NUL; one that has more words than are kept is cut, and has none.
 */
export const WORD_BYTES = 6;

/** Words of a path that are kept: 384 bytes. Nearly all paths are shorter, and the begin of one says what it belongs to. */
const MOST_WORDS = 64;

/** Words that are kept where the loop is unrolled: bpftrace starts a millisecond later for each. */
const MOST_WORDS_WITHOUT_LOOP = 36;

/** Stands in the key instead of the number of a word, and says that the cgroup was removed. */
export const REMOVED = 255;

const MADE = 'cgroup:cgroup_mkdir';
const GONE = 'cgroup:cgroup_rmdir';

/** The comment above these programs. They give a name to a cgroup that is gone by the next dump. */
export const ABOUT_CGROUPS: readonly string[] = [
  'Made and removed ones, of version 2 alone (root == 0): each hierarchy counts its own ids. A path is kept in',
  `words of ${WORD_BYTES} bytes up to its NUL, under the id of the cgroup and the number of the word; ${REMOVED} says that it is gone`,
];

export function emitCgroups(events: CgroupEvents, plan: Plan): Block[] {
  return [
    emitBlock(MADE, plan, (id) => keepPath(events, id, plan)),
    emitBlock(GONE, plan, (id) =>
      inActiveHalf((half) => [
        `@${aliasOf(CGROUPS, half)}[(uint64)${id}, (uint64)${REMOVED}] = (uint64)1;`,
      ]),
    ),
  ];
}

function emitBlock(tracepoint: string, plan: Plan, then: (id: string) => Lines): Block {
  const root = readField(plan, tracepoint, 'root');
  const id = readField(plan, tracepoint, 'id');
  return {
    attachPoints: [`tracepoint:${tracepoint}`],
    body: [
      // Read once, so that all words of a path are in one dump, and first, for bpftrace 0.11; see `writeCounts`.
      '$half = @half;',
      ...root.prelude,
      ...branch(`${root.value} == 0`, [...id.prelude, ...then(id.value)]),
    ],
  };
}

function keepPath({ path, canLoop }: CgroupEvents, id: string, plan: Plan): string[] {
  const words = canLoop ? MOST_WORDS : MOST_WORDS_WITHOUT_LOOP;
  const keep = [
    `$word = *(uint64*)($path + $i * ${WORD_BYTES});`,
    '$word = $word & 0xffffffffffff;',
    ...inActiveHalf((half) => [`@${aliasOf(CGROUPS, half)}[$cgroup, $i] = $word;`]),
    '$i = $i + 1;',
    // True where one of the six bytes is 0, the end of the path.
    ...branch('(($word - 0x010101010101) & ~$word & 0x808080808080) != 0', [
      `$i = (uint64)${REMOVED};`,
    ]),
  ];
  return [
    ...findPath(path, plan),
    `$cgroup = (uint64)${id};`,
    '$word = (uint64)0;',
    '$i = (uint64)0;',
    ...(canLoop
      ? block(`while ($i < ${words})`, keep)
      : block(`unroll(${words})`, branch(`$i < ${words}`, keep))),
  ];
}

/** Where the plan has the places of fields, `path` says in its lower half where the path lies in the record. */
function findPath(path: CgroupEvents['path'], plan: Plan): string[] {
  const location = readField(plan, MADE, 'path');
  return location.prelude.length === 0
    ? [`$path = ${PATHS[path]};`]
    : [...location.prelude, `$path = (uint64)args + (${location.value} & 0xffff);`];
}

/** The address of the path; see `CgroupEvents.path`. */
const PATHS: Readonly<Record<CgroupEvents['path'], string>> = {
  pointer: '(uint64)args->path',
  // The path begins at byte 28 of the record, and 0.23 gives byte 4 × 28.
  'far-pointer': '(uint64)args->path - 84',
  location: '(uint64)args + (args->data_loc_path & 0xffff)',
};
