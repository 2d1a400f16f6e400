/*
 * refuse: forks that fail, or are answered in place of the kernel, N times. Prints how many did, and the last errno.
 *
 *   refuse e2big|efault|ebadf|einval N   clone3 with arguments that the kernel does not take, by their errno
 *   refuse eperm N        a user without privilege asks for a pid namespace; to be called as nobody
 *   refuse compat N       a 32-bit call (int 0x80), as every i386 program makes them
 *   refuse filter N       a filter (seccomp) answers clone3 with ENOSYS, as container runtimes do, and the C library falls
 *                         back to clone: N threads are made
 *   refuse filtered N     a filter answers all with EPERM
 *   refuse deep N         pid namespaces in each other, until there may be no deeper one
 *
 * Exit code 1 when the kernel did what should not be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "refuse: %s: %s\n", what, strerror(errno));
  exit(1);
}

static long call_clone3(const char *how) {
  struct clone_args args = {.exit_signal = SIGCHLD};
  char large[256] = {[255] = 1};
  if (strcmp(how, "e2big") == 0) return syscall(SYS_clone3, large, sizeof large);
  if (strcmp(how, "efault") == 0) return syscall(SYS_clone3, (void *)8, sizeof args);
  if (strcmp(how, "ebadf") == 0) {
    args.flags = CLONE_INTO_CGROUP;
    args.cgroup = 1 << 20;
  } else {
    args.flags = CLONE_DETACHED;
  }
  return syscall(SYS_clone3, &args, sizeof args);
}

/* CLONE_THREAD without CLONE_SIGHAND, by the table of 32-bit calls. */
static long call_compat(void) {
#ifdef __x86_64__
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(120), "b"(CLONE_THREAD), "c"(0), "d"(0), "S"(0), "D"(0)
                   : "r8", "r9", "r10", "r11", "memory");
  if (result >= 0) return result;
  errno = (int)-result;
#else
  errno = ENOTSUP;
#endif
  return -1;
}

static void set_filter(int is_all, int answer) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, is_all ? SYS_clone : SYS_clone3, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | answer),
  };
  struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
    fail("seccomp");
}

static void *do_nothing(void *nothing) { return nothing; }

static void make_thread(void) {
  pthread_t thread;
  if ((errno = pthread_create(&thread, NULL, do_nothing, NULL))) fail("pthread_create");
  pthread_join(thread, NULL);
}

static long new_namespace(void) { return syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0); }

int main(int count, char **words) {
  if (count != 3) return 2;
  const char *how = words[1];
  int times = atoi(words[2]);
  int failed = 0;
  int is_filter = strcmp(how, "filter") == 0;
  if (is_filter) set_filter(0, ENOSYS);
  if (strcmp(how, "filtered") == 0) set_filter(1, EPERM);
  if (strcmp(how, "deep") == 0)
    for (long child; (child = new_namespace()) >= 0;)
      if (child > 0) return wait(&failed) > 0 && failed == 0 ? 0 : 1;
  errno = 0;
  for (int i = 0; i < times; i++) {
    long made = -1;
    if (is_filter) make_thread();
    else if (strcmp(how, "compat") == 0) made = call_compat();
    else if (strcmp(how, "filtered") == 0) made = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    else if (strcmp(how, "deep") == 0 || strcmp(how, "eperm") == 0) made = new_namespace();
    else made = call_clone3(how);
    if (made == 0) _exit(0);
    failed += made < 0 && !is_filter;
  }
  int last = errno;
  /* Whoever looks for the limit may be late on a busy machine. */
  if (strcmp(how, "deep") == 0) sleep(2);
  printf("%d failed, errno %d\n", failed, is_filter ? 0 : last);
  return 0;
}
