/** Signals by number, from 1 on. @see man:signal(7) (x86 and ARM) */
const NAMES =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  );

/** The first real-time signal that programs may use, as the C library of GNU counts. */
const RTMIN = 34;

/** `SIGKILL` for 9, `SIGRTMIN+1` for 35, as `kill -l` has them; `signal 32` for one without a name. */
export function nameSignal(signal: number): string {
  const name = NAMES[signal - 1];
  if (name !== undefined) return `SIG${name}`;
  if (signal === RTMIN) return 'SIGRTMIN';
  return signal > RTMIN ? `SIGRTMIN+${signal - RTMIN}` : `signal ${signal}`;
}
