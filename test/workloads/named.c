/*
 * named: makes processes under many names at once, as fast as it can.
 *
 *   named CHILDREN FILE
 *
 * Starts one worker for each line of FILE, which takes that name and makes CHILDREN processes. Every other child ends at
 * once; the ones between live some milliseconds, many of them at the same time. Everybody is waited for. The names are in a
 * file, because patterns may look into the command line. Exit code 1 when a fork failed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
  char name[64];
  int workers = 0;
  if (argc != 3) { fprintf(stderr, "usage: named CHILDREN FILE\n"); return 2; }
  FILE *names = fopen(argv[2], "r");
  if (names == NULL) fail(argv[2]);
  for (; fgets(name, sizeof name, names) != NULL; workers++) {
    name[strcspn(name, "\n")] = 0;
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) work(name, atoi(argv[1]));
  }
  while (workers-- > 0) wait_for_one();
  return 0;
}
