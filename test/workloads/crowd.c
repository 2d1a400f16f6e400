/*
 * crowd: makes known crowds of processes.
 *
 *   crowd lives SHORT LONG   SHORT children that end at once, and LONG that live 300 ms; waits for all of them
 *   crowd zombies N          leaves N zombies, and waits until it is killed
 *   crowd fill N             makes children that wait, until a fork fails, and then forks until N have failed
 *                            times; prints how many there are and the errno, ends them after 2 s: who
 *                            looks for the limit may be late on a busy machine
 *   crowd bomb DEPTH         each process makes two of its kind, DEPTH generations: 2^(DEPTH+1) - 2 processes in all
 *
 * Exit code 1 when the kernel did what should not be.
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

enum { MOST = 4096 };

static void fail(const char *what) {
  fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void sleep_ms(long ms) {
  struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  while (nanosleep(&time, &time) < 0 && errno == EINTR) continue;
}

static void wait_for_all(void) {
  while (wait(NULL) > 0) continue;
}

static pid_t make_child(void) {
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  return pid;
}

static void lives(int short_ones, int long_ones) {
  for (int i = 0; i < long_ones; i++)
    if (make_child() == 0) {
      sleep_ms(300);
      _exit(0);
    }
  for (int i = 0; i < short_ones; i++) {
    pid_t pid = make_child();
    if (pid == 0) _exit(0);
    waitpid(pid, NULL, 0);
  }
  wait_for_all();
}

static void zombies(int n) {
  for (int i = 0; i < n; i++)
    if (make_child() == 0) _exit(0);
  /* All of them have ended: told, and left alone. */
  siginfo_t info;
  for (int i = 0; i < n; i++)
    if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) < 0) fail("waitid");
  sleep_ms(100);
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}

static void fill(int n) {
  pid_t children[MOST];
  int made = 0, failed = 0, error = 0;
  while (failed < n && made < MOST) {
    pid_t pid = fork();
    if (pid < 0) {
      error = errno;
      failed++;
    } else if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;) pause();
    } else children[made++] = pid;
  }
  printf("%d made, errno %d\n", made, error);
  fflush(stdout);
  sleep_ms(2000);
  for (int i = 0; i < made; i++) kill(children[i], SIGKILL);
  wait_for_all();
  if (failed < n) exit(1);
}

static void bomb(int depth) {
  for (int i = 0; i < 2 && depth > 0; i++)
    if (make_child() == 0) {
      bomb(depth - 1);
      _exit(0);
    }
  wait_for_all();
}

int main(int argc, char **argv) {
  const char *what = argc > 2 ? argv[1] : "";
  if (strcmp(what, "lives") == 0 && argc == 4) lives(atoi(argv[2]), atoi(argv[3]));
  else if (strcmp(what, "zombies") == 0) zombies(atoi(argv[2]));
  else if (strcmp(what, "fill") == 0) fill(atoi(argv[2]));
  else if (strcmp(what, "bomb") == 0) bomb(atoi(argv[2]));
  else {
    fprintf(stderr, "usage: crowd lives SHORT LONG | zombies N | fill N | bomb DEPTH\n");
    return 2;
  }
  return 0;
}
