/** Signals by number, from 1 on; those from 32 on have no names. @see man:signal(7) (x86 and ARM) */
const NAMES =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  );

/** `SIGKILL` for 9; `signal 34` for one without a name. */
export function nameSignal(signal: number): string {
  const name = NAMES[signal - 1];
  return name === undefined ? `signal ${signal}` : `SIG${name}`;
}
