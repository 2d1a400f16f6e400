/*
 * takeover: processes in which a thread other than the first one executes another program.
 *
 *   takeover PROCESSES
 *
 * Each process makes four threads, of which the last one executes /bin/true: the kernel then ends all others, the first
 * thread too, and the one that called takes over its id. So each process is 1 process, 4 threads, 1 exec, 1 process exit
 * and 4 thread exits. It waits for every child. Exit code 1 when one of them failed.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAITING_THREADS = 3 };

static void *wait_forever(void *unused) {
  for (;;) pause();
  return unused;
}

static void *execute(void *unused) {
  execl("/bin/true", "true", (char *)NULL);
  _exit(1);
  return unused;
}

static void start(void *(*run)(void *)) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, NULL) != 0) _exit(1);
}

int main(int argc, char **argv) {
  if (argc != 2) { fprintf(stderr, "usage: takeover PROCESSES\n"); return 2; }
  for (int i = 0; i < atoi(argv[1]); i++) {
    pid_t pid = fork();
    if (pid < 0) { perror("takeover: fork"); return 1; }
    if (pid == 0) {
      for (int k = 0; k < WAITING_THREADS; k++) start(wait_forever);
      start(execute);
      wait_forever(NULL);
    }
    int status;
    if (waitpid(pid, &status, 0) < 0 || status != 0) { fprintf(stderr, "takeover: a child failed\n"); return 1; }
  }
  return 0;
}
