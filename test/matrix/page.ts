import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const BEGIN = '<!-- matrix: written by scripts/vm --all --readme -->\n';
const END = '<!-- end of matrix -->\n';

/** Put a text between the markers of the README. */
export function writeReadme(text: string): void {
  const readme = readFileSync(README, 'utf8');
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md lacks the lines ${BEGIN}${END}`);
  writeFileSync(README, `${readme.slice(0, begin)}${BEGIN}\n${text}\n${readme.slice(end)}`);
}
