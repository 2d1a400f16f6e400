/*
 * hide-btf: runs a command for which the kernel has no type information (BTF).
 *
 *   hide-btf COMMAND ARGS…
 *
 * An empty file system over /sys/kernel/btf is not enough: bpftrace 0.14 to 0.22 ask the kernel for the ids of its type
 * information. Here that question is answered as a kernel without any does: there is none. Needs root.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fail(const char *what) {
  fprintf(stderr, "hide-btf: %s: %s\n", what, strerror(errno));
  return 1;
}

int main(int argc, char **argv) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, BPF_BTF_GET_NEXT_ID, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOENT),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (argc < 2) { fprintf(stderr, "usage: hide-btf COMMAND ARGS...\n"); return 2; }
  if (unshare(CLONE_NEWNS) != 0) return fail("unshare");
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return fail("making mounts private");
  if (mount("tmpfs", "/sys/kernel/btf", "tmpfs", 0, NULL) != 0) return fail("mounting over /sys/kernel/btf");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return fail("seccomp");
  execvp(argv[1], argv + 1);
  return fail(argv[1]);
}
