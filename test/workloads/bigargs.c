/*
 * bigargs: processes with arguments as long as the kernel lets them be.
 *
 *   bigargs N SECONDS   executes itself with 1.9 MB of arguments, and makes N processes, each of which makes one that ends at
 *                       once in each of SECONDS; waits for all of them
 *
 * Exit code 1 when a fork or an exec failed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The kernel takes arguments of up to 128 KiB, and 2 MiB of them where the stack may have 8 MiB. */
enum { ARGUMENTS = 15, BYTES = 129000 };

static void fail(const char *what) {
  fprintf(stderr, "bigargs: %s: %s\n", what, strerror(errno));
  exit(1);
}

static pid_t make_child(void) {
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  return pid;
}

static void grow(char **argv) {
  char *longer[3 + ARGUMENTS + 1] = {argv[0], argv[1], argv[2]};
  for (int i = 0; i < ARGUMENTS; i++) {
    longer[3 + i] = malloc(BYTES + 1);
    if (longer[3 + i] == NULL) fail("malloc");
    memset(longer[3 + i], 'a' + i, BYTES);
    longer[3 + i][BYTES] = '\0';
  }
  execv("/proc/self/exe", longer);
  fail("execv");
}

static void live(int seconds) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int i = 0; i < seconds; i++) {
    pid_t pid = make_child();
    if (pid == 0) _exit(0);
    waitpid(pid, NULL, 0);
    sleep(1);
  }
  _exit(0);
}

int main(int argc, char **argv) {
  if (argc == 3) grow(argv);
  if (argc != 3 + ARGUMENTS) {
    fprintf(stderr, "usage: bigargs N SECONDS\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int count = atoi(argv[1]), seconds = atoi(argv[2]);
  for (int i = 0; i < count; i++)
    if (make_child() == 0) live(seconds);
  while (wait(NULL) > 0) continue;
  return 0;
}
