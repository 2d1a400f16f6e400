/*
 * pace: makes processes or system calls one after the other, and says how long each took or how many there were.
 *
 *   pace loop N          N times fork, exec of this program, exit, wait; prints nanoseconds per process
 *   pace vfork N         N times vfork, exit, wait: the shortest life there is; prints the same
 *   pace syscall N       N times getppid(); prints nanoseconds per call
 *   pace rate R SECONDS  R processes a second (fork, exec of this program, exit); prints how many were made
 *
 * The timed ones stay on the last CPU, and print the time of the second fastest of 20 batches, so that what others do
 * meanwhile counts little. `rate` makes exactly R * SECONDS processes, number i at i/R seconds of the monotonic clock;
 * when it is late it makes the missing ones at once. Every child is waited for, so nothing is left when pace ends.
 * Exit code 1 when a fork failed.
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

enum { BATCHES = 20 };
static const long long SECOND = 1000000000;

static void fail(const char *what) {
  fprintf(stderr, "pace: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int usage(void) {
  fprintf(stderr, "usage: pace loop|vfork|syscall N (20 or more), or pace rate R SECONDS\n");
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

static void make_child(void) {
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return;
  execl("/proc/self/exe", "pace", (char *)NULL);
  _exit(1);
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

/* The first one gets most of the machine's own work. */
static void stay_on_last_cpu(void) {
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof cpus, &cpus) != 0) fail("sched_getaffinity");
  int last = CPU_SETSIZE - 1;
  while (!CPU_ISSET(last, &cpus)) last--;
  CPU_ZERO(&cpus);
  CPU_SET(last, &cpus);
  if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) fail("sched_setaffinity");
}

static void live_with_exec(void) {
  make_child();
  reap(0);
}

static void live_shortly(void) {
  pid_t pid = vfork();
  if (pid < 0) fail("vfork");
  if (pid == 0) _exit(0);
  reap(0);
}

static void call_getppid(void) { syscall(SYS_getppid); }

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void print_time_of(void (*one)(void), long count) {
  double batch_ns[BATCHES];
  stay_on_last_cpu();
  for (int batch = 0; batch < BATCHES; batch++) {
    long size = count / BATCHES + (batch < count % BATCHES);
    long long start = now();
    for (long i = 0; i < size; i++) one();
    batch_ns[batch] = (double)(now() - start) / size;
  }
  qsort(batch_ns, BATCHES, sizeof *batch_ns, compare);
  printf("%.1f\n", batch_ns[1]);
}

static void keep_rate(long rate, long seconds) {
  long long start = now();
  long long made = 0;
  for (; made < (long long)rate * seconds; made++) {
    sleep_until(start + made / rate * SECOND + made % rate * SECOND / rate);
    make_child();
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
  const char *what = argv[1];
  long count = argc > 2 ? to_count(argv[2]) : 0;
  if (strcmp(what, "rate") == 0) {
    long seconds = argc == 4 ? to_count(argv[3]) : 0;
    if (count == 0 || seconds == 0) return usage();
    keep_rate(count, seconds);
    return 0;
  }
  if (argc != 3 || count < BATCHES) return usage();
  if (strcmp(what, "loop") == 0) print_time_of(live_with_exec, count);
  else if (strcmp(what, "vfork") == 0) print_time_of(live_shortly, count);
  else if (strcmp(what, "syscall") == 0) print_time_of(call_getppid, count);
  else return usage();
  return 0;
}
