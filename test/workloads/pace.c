/*
 * pace: makes processes or system calls one after the other, and says how long each took or how many there were.
 *
 *   pace loop N          N times fork, exec of this program, exit, wait; prints nanoseconds per process
 *   pace fork N          the same without the exec
 *   pace syscall N       N times getppid(); prints nanoseconds per call
 *   pace rate R SECONDS  R processes a second (fork, exec of this program, exit); prints how many were made
 *
 * The timed ones stay on one CPU, so that parent and child do not wander. `rate` makes exactly R * SECONDS processes,
 * the one with number i at i/R seconds of the monotonic clock; when it is late it makes the missing ones at once.
 * It waits for every child, so nothing of it is left when it ends. Exit code 1 when the kernel refused something.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const long long SECOND = 1000000000;

static void fail(const char *what) {
  fprintf(stderr, "pace: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int usage(void) {
  fprintf(stderr, "usage: pace loop|fork|syscall N, or pace rate R SECONDS\n");
  return 2;
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

static void sleep_until(long long when) {
  struct timespec time = {.tv_sec = when / SECOND, .tv_nsec = when % SECOND};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) continue;
}

static void make_child(int executes) {
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return;
  if (executes) execl("/proc/self/exe", "pace", (char *)NULL);
  _exit(executes); /* 1: the exec failed */
}

/* Returns 0 when there was no child to wait for, or none that had ended and WNOHANG was given. */
static int reap(int options) {
  int status;
  pid_t pid;
  do pid = waitpid(-1, &status, options);
  while (pid < 0 && errno == EINTR);
  if (pid < 0 && errno != ECHILD) fail("waitpid");
  if (pid > 0 && status != 0) { errno = ECHILD; fail("a child failed"); }
  return pid > 0;
}

static void stay_on_this_cpu(void) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(sched_getcpu(), &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
}

static void time_processes(long count, int executes) {
  stay_on_this_cpu();
  long long start = now();
  for (long i = 0; i < count; i++) {
    make_child(executes);
    reap(0);
  }
  printf("%.1f\n", (double)(now() - start) / count);
}

static void time_syscalls(long count) {
  stay_on_this_cpu();
  long long start = now();
  for (long i = 0; i < count; i++) syscall(SYS_getppid);
  printf("%.2f\n", (double)(now() - start) / count);
}

static void keep_rate(long rate, long seconds) {
  long long start = now();
  long long made = 0;
  for (; made < (long long)rate * seconds; made++) {
    sleep_until(start + made / rate * SECOND + made % rate * SECOND / rate);
    make_child(1);
    while (reap(WNOHANG)) continue;
  }
  while (reap(0)) continue;
  sleep_until(start + seconds * SECOND);
  printf("%lld\n", made);
}

static long to_count(const char *text) {
  char *end;
  long count = strtol(text, &end, 10);
  return *text != '\0' && *end == '\0' && count > 0 && count <= INT_MAX ? count : 0;
}

int main(int argc, char **argv) {
  if (argc == 1) return 0; /* one of our own execs */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int is_rate = strcmp(argv[1], "rate") == 0;
  long count = argc > 2 ? to_count(argv[2]) : 0;
  long seconds = argc > 3 ? to_count(argv[3]) : 0;
  if (argc != 3 + is_rate || count == 0 || (is_rate && seconds == 0)) return usage();
  if (is_rate) keep_rate(count, seconds);
  else if (strcmp(argv[1], "loop") == 0) time_processes(count, 1);
  else if (strcmp(argv[1], "fork") == 0) time_processes(count, 0);
  else if (strcmp(argv[1], "syscall") == 0) time_syscalls(count);
  else return usage();
  return 0;
}
