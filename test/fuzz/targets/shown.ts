import { toText } from '../../../src/report/byte-text.ts';
import { toShellWord } from '../../../src/report/shell-word.ts';
import { showBytes } from '../../../src/scopes/apps/show-bytes.ts';
import { quote } from '../../../src/settings/parse-conf.ts';
import { claim, seedsOf, type Target, textOf } from '../target.ts';

const NAMES = [
  'sh',
  'caf\xc3\xa9',
  "a'b",
  '\x1b[2J',
  '\xff\xfe',
  '\xe2\x80\xae',
  '\\xff',
  '$(reboot)',
];

/** Names that whoever starts a process or makes a cgroup has chosen, on their way to a terminal. */
export const SHOWN_TARGETS: readonly Target[] = [
  {
    name: 'names that are shown',
    seeds: seedsOf(NAMES),
    share: 0.5,
    run: (input) => {
      const bytes = textOf(input);
      toText(bytes);
      const shown = showBytes(bytes);
      claim(!/\p{C}/u.test(shown), 'a shown name has control characters');
      claim([...shown].length <= 63, `a shown name of ${[...shown].length} characters`);
      claim(!/\p{Cc}|\p{Cf}/u.test(quote(bytes)), 'a quoted text has control characters');
      claim(
        !/\p{Cc}|\p{Cf}/u.test(toShellWord(bytes)),
        'a word for a shell has control characters',
      );
    },
  },
];
