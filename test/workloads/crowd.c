/*
 * crowd: makes known crowds of processes.
 *
 *   crowd lives SHORT LONG   SHORT children that end at once, and LONG that live 300 ms; waits for all of them
 *   crowd zombies N          leaves N zombies, and waits until it is killed
 *   crowd fill N             makes children that wait, until a fork fails, and then forks until N have failed
 *                            times; prints how many there are and the errno, ends them after 2 s: who
 *                            looks for the limit may be late on a busy machine
 *   crowd retry N            makes N children that wait, and then one more every 20 ms until it is killed; prints
 *                            when a fork succeeds after others have failed
 *   crowd threads RATE       RATE threads a second, each of which ends at once, until it is killed
 *   crowd bomb DEPTH         each process makes two of its kind, DEPTH generations: 2^(DEPTH+1) - 2 processes in all
 *
 * Exit code 1 when the kernel did what should not be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
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

static void retry(int n) {
  int failed = 0;
  for (int made = 0;; made++) {
    pid_t pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (made >= n) _exit(0);
      for (;;) pause();
    }
    if (pid < 0) failed = 1;
    else if (made >= n) {
      waitpid(pid, NULL, 0);
      if (failed) puts("a fork succeeds again");
      fflush(stdout);
      failed = 0;
    }
    if (made >= n) sleep_ms(20);
  }
}

static void *end_at_once(void *nothing) { return nothing; }

static void threads(int rate) {
  /* Every 10 ms as many as are due. */
  for (;; sleep_ms(10))
    for (int i = 0; i < rate / 100; i++) {
      pthread_t thread;
      if (pthread_create(&thread, NULL, end_at_once, NULL) != 0) fail("pthread_create");
      pthread_join(thread, NULL);
    }
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
  else if (strcmp(what, "retry") == 0) retry(atoi(argv[2]));
  else if (strcmp(what, "threads") == 0) threads(atoi(argv[2]));
  else if (strcmp(what, "bomb") == 0) bomb(atoi(argv[2]));
  else {
    fprintf(stderr, "usage: crowd lives SHORT LONG | zombies N | fill N | retry N | threads RATE | bomb DEPTH\n");
    return 2;
  }
  return 0;
}
