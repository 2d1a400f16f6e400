/** What a line that says why begins with, as every version writes it; source lines of the program may hold such words too. */
const SAYS_WHY = /(^|: )(ERROR|FATAL|fatal error|error)\b|^Error |^Unable to attach|lockdown/;

/** Every version complains of this without CAP_SYS_RESOURCE, and it harms nothing. */
const HARMLESS = /RLIMIT_MEMLOCK|^__BPFTRACE|WARNING/;

/** The line of bpftrace's stderr that says best what is wrong; `undefined` where it said nothing. */
export function findFirstError(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !HARMLESS.test(line));
  return (lines.find((line) => SAYS_WHY.test(line)) ?? lines[0])?.slice(0, 300);
}
