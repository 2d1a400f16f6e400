/*
 * named: makes processes under many names at once, as fast as it can.
 *
 *   named CHILDREN NAME…
 *
 * Starts one worker for each NAME, which takes that name and makes CHILDREN processes. Every other child ends at once; the
 * ones between live some milliseconds, many of them at the same time. Everybody is waited for. Exit code 1 when the kernel
 * refused something.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* No worker has more children at a time: the machine's limit of processes is for others too. */
enum { AT_ONCE = 8 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void wait_for_one(void) {
  int status;
  if (wait(&status) < 0) fail("wait");
  if (status != 0) exit(1);
}

static void work(const char *name, int children) {
  int alive = 0;
  if (prctl(PR_SET_NAME, name) < 0) fail("prctl");
  for (int i = 0; i < children; i++) {
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
      if (i % 2) usleep(3000);
      _exit(0);
    }
    if (++alive == AT_ONCE) { wait_for_one(); alive--; }
  }
  while (alive-- > 0) wait_for_one();
  _exit(0);
}

int main(int argc, char **argv) {
  if (argc < 3) { fprintf(stderr, "usage: named CHILDREN NAME...\n"); return 2; }
  for (int i = 2; i < argc; i++) {
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) work(argv[i], atoi(argv[1]));
  }
  for (int i = 2; i < argc; i++) wait_for_one();
  return 0;
}
