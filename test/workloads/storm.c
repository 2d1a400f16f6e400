/*
 * storm: makes an exact number of processes, threads, execs and failed forks, as fast as it can.
 *
 *   storm PROCESSES THREADS EXECS FAILED [vfork]
 *
 * PROCESSES counts every process it makes, workers included, itself not. EXECS of them execute this program again
 * (EXECS must leave room for the two workers); a thread or a failed fork is made by storm itself. It waits for every
 * child, so nothing of it is left when it ends. Exit code 1 when something else failed.
 *
 * With vfork what does not execute is made by vfork(): it has the memory of its parent, which an emulated machine need not
 * copy. To the kernel it is a process like any other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 2 };

static void fail(const char *what) {
  fprintf(stderr, "storm: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void wait_for(pid_t pid) {
  int status;
  if (waitpid(pid, &status, 0) < 0) fail("waitpid");
  if (status != 0) { errno = ECHILD; fail("a child failed"); }
}

/* By its own path, so that its comm is still storm after an exec. */
static char self[4096];

static int shares_memory = 0;

static void make_child(int executes) {
  pid_t pid = shares_memory && !executes ? vfork() : fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    if (executes) execl(self, self, (char *)NULL);
    _exit(executes);
  }
  wait_for(pid);
}

/* One worker on each CPU, so that events really come from several at once. */
static pid_t start_worker(int number, int children, int execs) {
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return pid;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(number % sysconf(_SC_NPROCESSORS_ONLN), &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
  for (int i = 0; i < children; i++) make_child(i < execs);
  _exit(0);
}

static void *do_nothing(void *unused) { return unused; }

int main(int argc, char **argv) {
  if (argc == 1) return 0; /* one of our own execs */
  shares_memory = argc == 6 && strcmp(argv[5], "vfork") == 0;
  if (argc != 5 && !shares_memory) { fprintf(stderr, "usage: storm PROCESSES THREADS EXECS FAILED [vfork]\n"); return 2; }
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) fail("readlink");
  int processes = atoi(argv[1]), threads = atoi(argv[2]), execs = atoi(argv[3]), failed = atoi(argv[4]);
  int children = processes - WORKERS;
  pid_t workers[WORKERS];
  for (int i = 0; i < WORKERS; i++) {
    int share = children / WORKERS + (i < children % WORKERS);
    int exec_share = execs / WORKERS + (i < execs % WORKERS);
    workers[i] = start_worker(i, share, exec_share);
  }
  for (int i = 0; i < threads; i++) {
    pthread_t thread;
    if ((errno = pthread_create(&thread, NULL, do_nothing, NULL)) != 0) fail("pthread_create");
    pthread_join(thread, NULL);
  }
  /* CLONE_SIGHAND without CLONE_VM fails with EINVAL, whoever calls. */
  for (int i = 0; i < failed; i++)
    if (syscall(SYS_clone, CLONE_SIGHAND | 17, 0, 0, 0, 0) != -1) fail("clone did not fail");
  for (int i = 0; i < WORKERS; i++) wait_for(workers[i]);
  return 0;
}
