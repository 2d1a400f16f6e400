import { fnv1, fnv1a } from '../../../src/scopes/cgroups/fnv.ts';

/** One entry as cgroups.plugin writes it, and what is different about it. */
export interface EntryParts {
  readonly name?: string;
  readonly procsPath?: string;
  readonly isEnabled?: boolean;
  readonly options?: number;
  readonly hash?: number;
}

/** The values of a header that is not as it should be. */
export interface HeaderParts {
  readonly entries?: number;
  readonly most?: number;
  readonly wholeBytes?: number;
}

export const DUPLICATE = 1;
export const SERVICE = 2;
const UNIFIED = 4;

const ENTRY_BYTES = 4_368;
const HEADER_BYTES = 24;

/**
 * A region of Netdata's shared memory.
 *
 * @param version - What hashes the names: FNV-1 in 1.37, FNV-1a later.
 */
export function buildRegion(
  entries: readonly EntryParts[],
  { version = '2.9', header = {} }: { version?: '1.37' | '2.9'; header?: HeaderParts } = {},
): Buffer {
  const most = header.most ?? entries.length + 2;
  const region = Buffer.alloc(HEADER_BYTES + (entries.length + 2) * ENTRY_BYTES);
  region.writeInt32LE(header.entries ?? entries.length, 0);
  region.writeInt32LE(most, 4);
  region.writeInt32LE(1, 8);
  region.writeBigUInt64LE(BigInt(header.wholeBytes ?? HEADER_BYTES + most * ENTRY_BYTES), 16);
  for (const [i, entry] of entries.entries()) {
    writeEntry(region.subarray(HEADER_BYTES + i * ENTRY_BYTES), entry, version);
  }
  return region;
}

function writeEntry(at: Buffer, entry: EntryParts, version: '1.37' | '2.9'): void {
  const { name = 'cgroup_web', procsPath = '/sys/fs/cgroup/web/cgroup.procs' } = entry;
  at.write(name, 0, 256, 'latin1');
  at.writeUInt32LE(entry.hash ?? (version === '1.37' ? fnv1(name) : fnv1a(name)), 256);
  at.writeUInt32LE(UNIFIED + (entry.options ?? 0), 260);
  at.writeInt32LE(entry.isEnabled === false ? 0 : 1, 264);
  at.write(procsPath, 268, 4_097, 'latin1');
}
