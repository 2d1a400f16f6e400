import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

const PROMPT = 'READY> ';

/** How each shell is started, bare, with our prompt, and told of a program that prints its words in brackets. */
const SHELLS = {
  bash: {
    start: `PS1='${PROMPT}' bash --norc --noprofile -i`,
    prepare: ['ebpf-processes() { printf \'[%s]\' "$@"; echo; }'],
  },
  zsh: {
    start: 'zsh -f -i',
    prepare: [
      `PS1='${PROMPT}'; unsetopt PROMPT_SP`,
      'autoload -Uz compinit; compinit -u -D',
      'ebpf-processes() { printf \'[%s]\' "$@"; echo; }',
    ],
  },
  fish: {
    start: 'fish --no-config -i',
    prepare: [
      `function fish_prompt; echo -n '${PROMPT}'; end; set -g fish_autosuggestion_enabled 0`,
      "function ebpf-processes; printf '[%s]' $argv; echo; end",
    ],
  },
} as const;

/**
 * Type lines into an interactive shell on a terminal, each one when the shell is ready for it.
 *
 * @param lines - With tabs, where something is to be completed.
 * @returns For each line the words of `ebpf-processes` in brackets.
 */
export async function typeInto(
  shell: keyof typeof SHELLS,
  script: string,
  lines: readonly string[],
): Promise<string[]> {
  const { start, prepare } = SHELLS[shell];
  const source = shell === 'fish' ? `source ${script}` : `. ${script}`;
  const terminal = spawn('script', ['-qfec', start, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'dumb', HOME: dirname(script), LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers: string[] = [];
  let shown = '';
  let read: () => void = () => undefined;
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    read();
  });
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${pattern} in: ${shown}`)), 20_000);
      read = () => {
        const found = pattern.exec(shown);
        if (found === null) return;
        clearTimeout(timer);
        shown = shown.slice(found.index + found[0].length);
        resolve(found[0]);
      };
      read();
    });
  try {
    for (const [index, line] of [...prepare, source].entries()) {
      terminal.stdin.write(`${line}; echo done''${index}\r`);
      await until(new RegExp(`done${index}`));
    }
    for (const line of lines) {
      terminal.stdin.write(`${line}\r`);
      answers.push(await until(/^\[.*\]\r?\n/m));
    }
    return answers.map((answer) => answer.trimEnd());
  } finally {
    terminal.stdin.end('exit\r');
    terminal.kill();
  }
}
