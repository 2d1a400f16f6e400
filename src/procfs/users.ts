import { readText } from './read-text.ts';

/** Longer files than this belong to a directory service, not to people. */
const MOST_BYTES = 1024 * 1024;

/** A line of /etc/passwd. */
export interface User {
  readonly name: string;
  readonly id: number;
  readonly home: string;
}

/** @param root - Where the machine's file tree starts; empty but for fixtures. */
export function readUsers(root: string): User[] {
  return parseUsers(readText(`${root}/etc/passwd`, MOST_BYTES) ?? '');
}

/** @param text - Lines such as `netdata:x:999:995::/var/lib/netdata:/bin/sh`; any others are left out. */
export function parseUsers(text: string): User[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , id = '', , , home = ''] = line.split(':');
    if (name === '' || !/^\d{1,10}$/.test(id)) return [];
    return [{ name, id: Number(id), home }];
  });
}
