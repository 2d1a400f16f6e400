/*
 * churn: one process that takes another name before each process that it makes.
 *
 *   churn RATE SECONDS   RATE times a second prctl(PR_SET_NAME), vfork, exit, wait; prints how many were made
 *
 * Number i is due at i/RATE seconds; when churn is late it makes the missing ones at once. No name comes again. Exit code 1
 * when a fork failed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const long long SECOND = 1000000000;

static void fail(const char *what) {
  fprintf(stderr, "churn: %s: %s\n", what, strerror(errno));
  exit(1);
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

int main(int argc, char **argv) {
  long rate = argc == 3 ? atol(argv[1]) : 0, seconds = argc == 3 ? atol(argv[2]) : 0;
  if (rate <= 0 || seconds <= 0) {
    fprintf(stderr, "usage: churn RATE SECONDS\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  long long start = now(), made = 0;
  for (; made < (long long)rate * seconds; made++) {
    sleep_until(start + made / rate * SECOND + made % rate * SECOND / rate);
    char name[32];
    snprintf(name, sizeof name, "n%lld", made);
    prctl(PR_SET_NAME, name);
    pid_t pid = vfork();
    if (pid < 0) fail("vfork");
    if (pid == 0) _exit(0);
    if (waitpid(pid, NULL, 0) < 0) fail("waitpid");
  }
  printf("%lld\n", made);
  return 0;
}
