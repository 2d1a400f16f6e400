import { gunzipSync } from 'node:zlib';
import { readFile } from '../procfs/read-file.ts';
import { readText } from '../procfs/read-text.ts';
import type { KernelConfig } from './facts.ts';

/** The options of a kernel take 0.3 MB, packed 70 kB. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Files that may hold the options of a kernel; the first one is of the running kernel itself. */
export function configFiles(release: string): string[] {
  return [
    '/proc/config.gz',
    `/boot/config-${release}`,
    // Debian's kernels from 7.0 on, Fedora, Arch.
    `/lib/modules/${release}/config`,
    `/usr/lib/modules/${release}/config`,
    `/lib/modules/${release}/build/.config`,
    `/lib/modules/${release}/source/.config`,
    `/usr/src/linux-headers-${release}/.config`,
    // Fedora CoreOS and other image based systems.
    `/usr/lib/ostree-boot/config-${release}`,
    `/usr/lib/kernel/config-${release}`,
    // In a container that sees the processes of its host.
    `/proc/1/root/boot/config-${release}`,
  ];
}

/**
 * Read the options that the running kernel was built with, from the first file that holds them.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readKernelConfig(release: string, root: string): KernelConfig {
  for (const file of configFiles(release)) {
    const text = file.endsWith('.gz')
      ? readPacked(`${root}${file}`)
      : readText(`${root}${file}`, MOST_BYTES);
    if (text === undefined) continue;
    const options = parseKernelConfig(text);
    if (options.size > 0) return { source: file, options };
  }
  return { source: undefined, options: new Map() };
}

/** `CONFIG_BPF=y` → `BPF`, `y`. Options that are not set have no entry. */
export function parseKernelConfig(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^CONFIG_(\w+)=(.*?)\r?$/gm)].map(([, name = '', value = '']) => [
      name,
      value.replace(/^"(.*)"$/, '$1'),
    ]),
  );
}

function readPacked(path: string): string | undefined {
  const { bytes } = readFile(path, MOST_BYTES);
  if (bytes === undefined) return undefined;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString('latin1');
  } catch {
    // Broken: the next file may do.
    return undefined;
  }
}
