import { toChartId } from './chart-id.ts';
import { fnv1, fnv1a } from './fnv.ts';

/** One cgroup of Netdata's list. */
export interface SharedCgroup {
  /** A byte string, at most 254 long. Netdata 1.37: the title (`demo`, `cgroup_web.1`); later: `chartTypeOf`. */
  readonly name: string;
  /** Netdata draws charts for it. */
  readonly isEnabled: boolean;
  /** Netdata draws no charts for it, because another cgroup has the same chart id. */
  readonly isDuplicate: boolean;
  readonly isService: boolean;
  /** Its `cgroup.procs`, a byte string; empty where Netdata found none. */
  readonly procsPath: string;
}

/*
 * The layout of a region, little endian, the same in Netdata 1.37.1, 1.43.0 and 2.9.0:
 * a header of i32 entries, i32 most entries, i32 services enabled, i32 padding, u64 bytes of the whole region;
 * then the entries: char name[256], u32 hash, u32 options, i32 enabled, char path[4097], 3 bytes padding.
 */
export const HEADER_BYTES = 24;
export const ENTRY_BYTES = 4_368;
const NAME_BYTES = 256;
const HASH_AT = 256;
const OPTIONS_AT = 260;
const ENABLED_AT = 264;
const PATH_AT = 268;
const PATH_BYTES = 4_097;

const OPTION_DUPLICATE = 1;
const OPTION_SERVICE = 2;

/** Netdata's default limit is 1,000; so many entries take 44 MB. */
const MOST_ENTRIES = 10_000;

/**
 * How many bytes of a region are used: its header and its entries.
 *
 * @param header - The first 24 bytes.
 * @returns `undefined` where this is not a region of Netdata's.
 */
export function countUsedBytes(header: Uint8Array): number | undefined {
  if (header.length < HEADER_BYTES) return undefined;
  const view = viewOf(header);
  const entries = view.getInt32(0, true);
  const most = view.getInt32(4, true);
  const wholeBytes = view.getBigUint64(16, true);
  const isPlausible =
    entries >= 0 &&
    entries <= most &&
    entries <= MOST_ENTRIES &&
    wholeBytes === BigInt(HEADER_BYTES + most * ENTRY_BYTES);
  return isPlausible ? HEADER_BYTES + entries * ENTRY_BYTES : undefined;
}

/**
 * Read the list of cgroups that Netdata's cgroups.plugin shares.
 *
 * An entry whose hash is not that of its name was being written, and is left out.
 *
 * @param region - At least up to its last entry.
 * @returns `undefined` where this is not a region of Netdata's, or shorter than that.
 */
export function parseNetdataShm(region: Uint8Array): SharedCgroup[] | undefined {
  const usedBytes = countUsedBytes(region);
  if (usedBytes === undefined || region.length < usedBytes) return undefined;
  const found: SharedCgroup[] = [];
  for (let at = HEADER_BYTES; at < usedBytes; at += ENTRY_BYTES) {
    const entry = parseEntry(region.subarray(at, at + ENTRY_BYTES));
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

/**
 * The type of the charts that Netdata itself draws for this cgroup, as far as it is enabled: `cgroup_x` or `systemd_x`.
 *
 * - 1.37 shares the title of the cgroup, which may hold dots and slashes; its chart id is that of the title. A service
 *   is shared without a prefix; its charts are dimensions of `services.*`.
 * - 1.43 to 2.10 share this type. Services are dimensions of `services.*` with this id before 1.47, and since then they
 *   have charts of this type.
 * - 2.11 shares nothing here.
 */
export function chartTypeOf(cgroup: SharedCgroup): string {
  return prefixOf(cgroup) + toChartId(nameOf(cgroup));
}

/** The name without the prefix that says what it is the name of. */
export function nameOf(cgroup: SharedCgroup): string {
  const prefix = prefixOf(cgroup);
  return cgroup.name.startsWith(prefix) ? cgroup.name.slice(prefix.length) : cgroup.name;
}

function prefixOf({ isService }: SharedCgroup): string {
  return isService ? 'systemd_' : 'cgroup_';
}

function parseEntry(entry: Uint8Array): SharedCgroup | undefined {
  const view = viewOf(entry);
  const name = readText(entry.subarray(0, NAME_BYTES));
  const procsPath = readText(entry.subarray(PATH_AT, PATH_AT + PATH_BYTES));
  if (name === undefined || name === '' || procsPath === undefined) return undefined;
  const hash = view.getUint32(HASH_AT, true);
  // Netdata 1.37 has FNV-1, 1.43 and later FNV-1a.
  if (hash !== fnv1a(name) && hash !== fnv1(name)) return undefined;
  const options = view.getUint32(OPTIONS_AT, true);
  return {
    name,
    isEnabled: view.getInt32(ENABLED_AT, true) !== 0,
    isDuplicate: (options & OPTION_DUPLICATE) !== 0,
    isService: (options & OPTION_SERVICE) !== 0,
    procsPath,
  };
}

/** The bytes up to the first NUL; `undefined` where there is none. */
function readText(field: Uint8Array): string | undefined {
  const end = field.indexOf(0);
  return end === -1 ? undefined : String.fromCharCode(...field.subarray(0, end));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
