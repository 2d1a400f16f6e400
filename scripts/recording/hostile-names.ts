import { execa } from 'execa';

/** Names that a process may give itself (prctl, /proc/self/comm), as bytes in octal where a shell needs that. */
export const HOSTILE_NAMES: readonly string[] = [
  'a,b',
  '(a, b)',
  'q"q',
  'b\\134s',
  'n\\012l',
  't\\011tr\\015r',
  'c\\001\\037\\177',
  '\\303\\251t\\303\\251',
  'bad\\377\\376',
  'Web Content',
  ' lead trail ',
  '12345',
  'fifteen_chars__',
  'x}]',
  "it's",
  '%s%%d',
];

/** Name number n is said with the process id NUMBER_BASE + n, which no process can have. */
export const NUMBER_BASE = 1_000_000_000;

/** Let a process take each name and call kill with the name's number. */
export async function sayNames(): Promise<void> {
  // The shell's own printf and kill: what they do is done by the process that has the name.
  const script = 'printf "%b" "$1" >/proc/$$/comm; kill -0 "$2" 2>/dev/null; true';
  for (const [number, name] of HOSTILE_NAMES.entries()) {
    await execa('dash', ['-c', script, 'dash', name, String(NUMBER_BASE + number)]);
  }
}
