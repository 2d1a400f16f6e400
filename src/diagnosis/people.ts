import { readStat } from '../procfs/process.ts';
import { readText } from '../procfs/read-text.ts';
import { readUsers, type User } from '../procfs/users.ts';

/** A process that somebody may want to talk to. A value that can be written as JSON; all texts are byte strings. */
export interface Person {
  readonly id: number;
  readonly comm: string;
  /** Its real user: the name, or the number where it has none. */
  readonly user: string;
  /** Its command line as words, cut at `LINE_BYTES`; empty for a thread of the kernel's own. */
  readonly line: readonly string[];
  /** Its parent, the parent of that, and so on, without the first process. */
  readonly ancestors: readonly { readonly id: number; readonly comm: string }[];
}

/** A page has no room for more. */
const LINE_BYTES = 300;

const MOST_ANCESTORS = 3;

/** A window of a day must not fill the memory. */
const MOST_MET = 200;

/** Nor is more time spent on those that are gone. */
const MOST_LOOKS = 5_000;

/** Remembers who did something while they exist: at the end of a window they may be gone. */
export class People {
  readonly #root: string;
  readonly #known = new Map<number, Person>();
  #looks = 0;
  /** Of /etc/passwd; read when the first process is met. */
  #users: readonly User[] | undefined;

  /** @param root - Where the machine's file tree starts; empty but for fixtures. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Look at a process that may soon be gone, unless that was done before, or with too many. */
  meet(id: number): void {
    const isFull = this.#known.size >= MOST_MET || this.#looks >= MOST_LOOKS;
    if (isFull || this.#known.has(id)) return;
    this.#looks += 1;
    this.#look(id);
  }

  /** Those of them that were met or are still there, in this order. */
  list(ids: readonly number[]): Person[] {
    return [...new Set(ids)].flatMap((id) => {
      if (!this.#known.has(id)) this.#look(id);
      return this.#known.get(id) ?? [];
    });
  }

  /** All that were met, by their ids. */
  get all(): Person[] {
    return [...this.#known.values()].sort((a, b) => a.id - b.id);
  }

  reset(): void {
    this.#known.clear();
    this.#looks = 0;
  }

  #look(id: number): void {
    this.#users ??= readUsers(this.#root);
    const person = readPerson(id, this.#root, this.#users);
    if (person !== undefined) this.#known.set(id, person);
  }
}

function readPerson(id: number, root: string, users: readonly User[]): Person | undefined {
  const stat = readStat(id, root);
  const user = /^Uid:\t(\d+)/m.exec(readText(`${root}/proc/${id}/status`) ?? '')?.[1];
  if (stat === undefined || user === undefined) return undefined;
  const line = readText(`${root}/proc/${id}/cmdline`, LINE_BYTES) ?? '';
  return {
    id,
    comm: stat.comm,
    user: users.find(({ id: uid }) => uid === Number(user))?.name ?? user,
    line: line
      .replace(/\0+$/, '')
      .split('\0')
      .filter((word, i) => word !== '' || i > 0),
    ancestors: readAncestors(stat.parent, root),
  };
}

function readAncestors(parent: number, root: string): Person['ancestors'] {
  const ancestors: { id: number; comm: string }[] = [];
  let id = parent;
  while (id > 1 && ancestors.length < MOST_ANCESTORS) {
    const stat = readStat(id, root);
    if (stat === undefined) break;
    ancestors.push({ id, comm: stat.comm });
    id = stat.parent;
  }
  return ancestors;
}
