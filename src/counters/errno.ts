/** Names of the errors with which clone, fork and vfork fail, by number (the same on every architecture). */
const NAMES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  3: 'ESRCH',
  4: 'EINTR',
  5: 'EIO',
  7: 'E2BIG',
  9: 'EBADF',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  16: 'EBUSY',
  17: 'EEXIST',
  19: 'ENODEV',
  20: 'ENOTDIR',
  22: 'EINVAL',
  23: 'ENFILE',
  24: 'EMFILE',
  28: 'ENOSPC',
  38: 'ENOSYS',
  75: 'EOVERFLOW',
  87: 'EUSERS',
  95: 'EOPNOTSUPP',
};

/** `EAGAIN`; `errno 123` where the name is not known. */
export function errnoName(errno: number): string {
  return NAMES[errno] ?? `errno ${errno}`;
}
