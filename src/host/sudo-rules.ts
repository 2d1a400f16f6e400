import { findExecutable } from './executables.ts';
import { run } from './run.ts';

/** Whoever runs an agent of Netdata, where nothing says otherwise. */
const AGENT_USER = 'netdata';

const TIMEOUT_MS = 30_000;

/** What sudo lets a user run that makes that user root through bpftrace. */
export interface SudoRules {
  /** `undefined` where it is the user who asks. */
  readonly user: string | undefined;
  /** The command that says so. */
  readonly source: string;
  /** As sudo lists them; empty where there are none. */
  readonly rules: readonly string[];
}

/**
 * Ask sudo what it lets run: as root the agent's user, else whoever asks.
 *
 * @returns `undefined` where there is no sudo, no such user, or where sudo does not say it without a password.
 */
export async function readSudoRules(
  effectiveUid: number,
  bpftracePath: string,
): Promise<SudoRules | undefined> {
  const sudo = findExecutable('sudo');
  if (sudo === undefined) return undefined;
  const isRoot = effectiveUid === 0;
  const words = ['-n', '-l', ...(isRoot ? ['-U', AGENT_USER] : [])];
  const listing = await ask(sudo, words);
  if (listing.exitCode !== 0) return undefined;
  const entries = parseSudoListing(listing.stdout);
  const named = entries.filter((entry) => /(^|\/)bpftrace(\s|$)/.test(entry.command));
  const all = entries.filter(({ command }) => command === 'ALL');
  // An administrator may run everything, and has said so; an agent may not.
  const found = isRoot ? [...named, ...all] : all.length > 0 ? [] : named;
  const rules = found.map(({ text }) => text);
  const source = `sudo ${words.join(' ')}`;
  const user = isRoot ? AGENT_USER : undefined;
  if (rules.length > 0 || all.length > 0) return { user, source, rules };
  // A directory or a pattern that names it among others.
  const query = await ask(sudo, [...words, '--', bpftracePath]);
  return { user, source, rules: query.exitCode === 0 ? [query.stdout.trim()] : [] };
}

/** One command that a rule of sudo allows. */
export interface SudoEntry {
  /** With what stands before it: `(root) NOPASSWD: /usr/bin/bpftrace`. */
  readonly text: string;
  readonly command: string;
}

/** @param listing - What `sudo -l` prints. Commands that a rule forbids are left out. */
export function parseSudoListing(listing: string): SudoEntry[] {
  const entries: SudoEntry[] = [];
  // A long rule goes on in the next line, further right.
  for (const line of listing.replaceAll(/,\s*\n\s+(?!\()/g, ', ').split('\n')) {
    const [, runas, rest] = /^\s+(\([^)]*\))\s+(.*)$/.exec(line) ?? [];
    if (runas === undefined || rest === undefined) continue;
    let tags = '';
    for (const part of rest.split(/(?<!\\),\s*/)) {
      const [, own = '', command = ''] = /^((?:[A-Z_]+:\s*)*)(.*)$/.exec(part) ?? [];
      // Tags hold for the commands that follow, too.
      if (own !== '') tags = own.trim();
      if (command.startsWith('!')) continue;
      entries.push({
        text: [runas, tags, command].filter((word) => word !== '').join(' '),
        command,
      });
    }
  }
  return entries;
}

async function ask(sudo: string, words: readonly string[]) {
  return await run(sudo, words, { env: { ...process.env, LC_ALL: 'C' }, timeoutMs: TIMEOUT_MS });
}
