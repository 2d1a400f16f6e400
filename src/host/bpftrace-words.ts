/**
 * How a line of an error begins, or what it holds, in any supported version. bpftrace also prints lines of the program, in
 * which such words may stand elsewhere.
 */
const SAYS_WHY =
  /(^|: )(ERROR|FATAL|fatal error|error)\b|^Error |^Unable to attach|^mmap: |lockdown/;

/** Lines that are no error: the first one comes wherever CAP_SYS_RESOURCE is missing, and nothing fails for it. */
const HARMLESS = /RLIMIT_MEMLOCK|^__BPFTRACE|WARNING/;

/** The first line of an error on bpftrace's stderr, else its first line; `undefined` where there is none. */
export function findFirstError(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !HARMLESS.test(line));
  return (lines.find((line) => SAYS_WHY.test(line)) ?? lines[0])?.slice(0, 300);
}

/** What bpftrace, libbpf and LLVM print where the machine lacks memory, descriptors or processes for a while. */
const SCARCE =
  /Cannot allocate memory|out of memory|std::bad_alloc|Too many open files|Resource temporarily unavailable|Error code: -(11|12|23|24)\b/i;

/** Whether an error of bpftrace says only what the machine lacks at the moment. */
export function saysScarce(stderr: string): boolean {
  return SCARCE.test(stderr);
}
