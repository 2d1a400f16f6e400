import { DEFAULT_APP_GROUPS } from '../../../src/scopes/apps/default-app-groups.ts';
import { DIALECTS, dialectOf, dialectOfText } from '../../../src/scopes/apps/dialect.ts';
import { Identifier } from '../../../src/scopes/apps/identify.ts';
import { parseAppGroups } from '../../../src/scopes/apps/parse-app-groups.ts';
import { ProcessTree } from '../../../src/scopes/tasks/tree.ts';
import { buildKey } from '../../scopes/keys.ts';
import { claim, claimBytes, seedsOf, type Target, textOf } from '../target.ts';

const GROUPS = `# groups
ssh: ssh* *sshd scp
-hidden: -'a b' "c d"*
md: md*_raid* *x*
managers: systemd init
interpreters: python* sh
e f: g
`;

const LISTS = Object.values(DIALECTS).map(
  (dialect) => parseAppGroups(`${GROUPS}${DEFAULT_APP_GROUPS}`, dialect).groups,
);

export const SCOPE_TARGETS: readonly Target[] = [
  {
    name: 'apps_groups.conf',
    seeds: seedsOf([GROUPS, DEFAULT_APP_GROUPS.slice(0, 1_500)]),
    share: 0.15,
    run: (input) => {
      const text = textOf(input);
      const lines = text.split(/[\r\n]/).length;
      // By turns, so that the time is that of one reading.
      const dialects = Object.values(DIALECTS);
      const dialect = dialects[input.length % dialects.length] ?? DIALECTS.own;
      const { groups, problems } = parseAppGroups(text, dialect);
      for (const { line, sentence } of problems) {
        claim(line >= 1 && line <= lines, `line ${line} of ${lines}`);
        claim(!/\p{Cc}/u.test(sentence), `a sentence has control characters: ${sentence}`);
      }
      for (const { group, text: pattern } of groups.patterns) {
        claim(group !== '', 'a group has no name');
        claimBytes(pattern, 'a pattern');
      }
      new Identifier(groups).ofProcess({ comm: 'sshd', cmdline: '/usr/sbin/sshd\0-D\0' });
    },
  },
  {
    name: 'names and command lines',
    seeds: seedsOf([
      'sshd\n/usr/sbin/sshd\0-D\0',
      'a long name of a\npostgres: writer\0',
      'python3\n/usr/bin/python3\0-u\0/opt/x/run.py\0md0_raid1\0',
      '(sd-pam)\n',
    ]),
    share: 0.7,
    run: (input) => {
      const [comm = '', ...rest] = textOf(input).split('\n');
      const cmdline = rest.join('\n').slice(0, 16_384);
      for (const groups of LISTS) {
        const { group, name } = new Identifier(groups).ofProcess({
          comm: comm.slice(0, 15),
          cmdline,
        });
        claim(group === undefined || group !== '', 'a group has no name');
        claim(name.length <= 100, `a name of ${name.length} bytes`);
      }
    },
  },
  {
    name: 'version of Netdata',
    seeds: seedsOf(['v1.37.1', '2.11.0-35-nightly', '#managers: x\n']),
    run: (input) => {
      dialectOf(textOf(input));
      dialectOfText(textOf(input));
    },
  },
  {
    name: 'a tree of processes',
    seeds: [Buffer.from([2, 1, 7, 0, 3, 2, 8, 1, 2, 1, 9, 2, 3, 2, 7, 3])],
    share: 0.15,
    run: growTree,
  },
];

/** Four bytes each: process, parent, name, and what is done. */
function growTree(input: Buffer): void {
  let nowMs = 0;
  const tree = new ProcessTree(LISTS[input.length % LISTS.length] ?? LISTS[0] ?? fail(), (id) =>
    id % 3 === 0 ? { comm: `n${id}`, parent: id >> 1, cmdline: '', startTicks: id } : undefined,
  );
  for (let at = 0; at + 4 <= input.length; at += 4) {
    const [id = 0, parent = 0, name = 0, what = 0] = input.subarray(at, at + 4);
    const key = buildKey({ id, parent, comm: `n${name}-${at}` });
    nowMs += (what >> 2) * 10;
    if (what % 4 === 0) tree.note(key, nowMs);
    else if (what % 4 === 1) claim(tree.groupOf(key, nowMs) !== '', 'a group has no name');
    else tree.sweep(nowMs);
  }
}

function fail(): never {
  throw new Error('there is no list');
}
