import type { AppPattern } from '../../../src/scopes/apps/app-pattern.ts';

/** The rules of `matchAppGroup` word for word, each pattern tried after the other. */
export function findNaively(
  patterns: readonly AppPattern[],
  comm: string,
  cmdline: string | undefined,
): AppPattern | undefined {
  return patterns.find((pattern) => matches(pattern, comm, cmdline));
}

function matches({ kind, text }: AppPattern, comm: string, cmdline: string | undefined): boolean {
  const whole = wholeNames(comm, cmdline)[0];
  const isCut = comm.length === 15 && whole === undefined;
  const name = whole ?? comm;
  switch (kind) {
    case 'exact':
      return text === comm || text === name || (isCut && isLongerThan(text, comm));
    case 'prefix':
      return name.startsWith(text) || (isCut && isLongerThan(text, comm));
    case 'suffix':
      return name.endsWith(text);
    case 'substring':
      return (cmdline ? cmdline.split('\0').join(' ') : comm).includes(text);
  }
}

function isLongerThan(text: string, comm: string): boolean {
  return text.length > comm.length && text.startsWith(comm);
}

function wholeNames(comm: string, cmdline: string | undefined): string[] {
  if (comm.length !== 15) return [];
  return (cmdline ?? '')
    .split('\0')
    .slice(0, 3)
    .map((argument) => argument.replace(/[ :].*$/s, '').replace(/^.*\//s, ''))
    .filter((name) => name.startsWith(comm));
}
