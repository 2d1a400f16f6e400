import { readText } from './read-text.ts';

/** The two filesystems through which the kernel shows what can be traced. */
export interface TraceMounts {
  /** Where each is mounted, in the order of mounting; several are possible, and none. */
  readonly tracefs: readonly string[];
  readonly debugfs: readonly string[];
}

/** Read where tracefs and debugfs are mounted. */
export function readTraceMounts(root: string): TraceMounts {
  const text =
    readText(`${root}/proc/self/mountinfo`) ?? readText(`${root}/proc/1/mountinfo`) ?? '';
  return parseTraceMounts(text);
}

/** @param mountinfo - As /proc/PID/mountinfo has it: `… MOUNTPOINT OPTIONS … - TYPE SOURCE …`. */
export function parseTraceMounts(mountinfo: string): TraceMounts {
  const mounts = { tracefs: [] as string[], debugfs: [] as string[] };
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const type = after.split(' ')[0];
    const place = before.split(' ')[4];
    if (place !== undefined && (type === 'tracefs' || type === 'debugfs')) {
      mounts[type].push(place.replace(/\\(\d{3})/g, (_, octal: string) => fromOctal(octal)));
    }
  }
  return mounts;
}

function fromOctal(octal: string): string {
  return String.fromCharCode(Number.parseInt(octal, 8));
}
