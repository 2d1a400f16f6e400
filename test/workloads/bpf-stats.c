/*
 * bpf-stats: switches the kernel's run-time statistics of BPF programs on, until its standard input ends.
 *
 *   bpf-stats
 *
 * Prints "on" when they are. The kernel counts while the file descriptor is open (Linux 5.8), so the statistics go off
 * with this program, however it ends, and with whoever holds the other end of its standard input.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.enable_stats.type = BPF_STATS_RUN_TIME;
  if (syscall(SYS_bpf, BPF_ENABLE_STATS, &attr, sizeof attr) < 0) {
    fprintf(stderr, "bpf-stats: %s\n", strerror(errno));
    return 1;
  }
  puts("on");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  return 0;
}
