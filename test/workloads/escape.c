// Makes processes that leave the cgroup of whoever started it.
//
//   escape into CGROUP N   N children made in CGROUP (CLONE_INTO_CGROUP), each with one child: 2 N processes
//   escape daemon CGROUP N a daemon (two forks, a session of its own) that enters CGROUP and makes N processes, whose parent
//                          ends before them: 2 + 2 N processes
//   escape deep CGROUP N   N cgroups below a path of 250 bytes in CGROUP, each with two processes and gone at once
//   escape chain N         a chain of N processes: each makes the next and ends
//   escape crowd CGROUP N  N processes at a time, which enter CGROUP and make one child each: 2 N processes
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void enter(const char *cgroup) {
  char file[1024];
  snprintf(file, sizeof file, "%s/cgroup.procs", cgroup);
  int fd = open(file, O_WRONLY);
  if (fd < 0 || write(fd, "0", 1) != 1) fail(file);
  close(fd);
}

static void make_one(void) {
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
}

static void into(const char *cgroup, int count) {
  int fd = open(cgroup, O_PATH | O_DIRECTORY);
  if (fd < 0) fail(cgroup);
  for (int i = 0; i < count; i++) {
    struct clone_args args = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = fd};
    long child = syscall(SYS_clone3, &args, sizeof args);
    if (child < 0) fail("clone3");
    if (child == 0) {
      make_one();
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
}

// Returns when the daemon has ended: it holds the other end of the pipe until then.
static void daemonize(const char *cgroup, int count) {
  int ends[2];
  if (pipe(ends) != 0) fail("pipe");
  if (fork() == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    // Its parent has ended by then, and init is its parent.
    usleep(20000);
    enter(cgroup);
    for (int i = 0; i < count; i++) {
      pid_t child = fork();
      if (child == 0) {
        if (fork() == 0) usleep(1000);
        _exit(0);
      }
      waitpid(child, NULL, 0);
    }
    _exit(0);
  }
  close(ends[1]);
  wait(NULL);
  char byte;
  while (read(ends[0], &byte, 1) > 0) continue;
}

static void deep(const char *cgroup, int count) {
  char outer[1024], inner[1200], leaf[1300];
  snprintf(outer, sizeof outer, "%s/kubepods-burstable-pod%0120d", cgroup, 0);
  snprintf(inner, sizeof inner, "%s/cri-containerd-%0100d", outer, 0);
  if (mkdir(outer, 0755) != 0 || mkdir(inner, 0755) != 0) fail(inner);
  for (int i = 0; i < count; i++) {
    snprintf(leaf, sizeof leaf, "%s/%d", inner, i);
    if (mkdir(leaf, 0755) != 0) fail(leaf);
    pid_t child = fork();
    if (child == 0) {
      enter(leaf);
      make_one();
      _exit(0);
    }
    waitpid(child, NULL, 0);
    if (rmdir(leaf) != 0) fail(leaf);
  }
  rmdir(inner);
  rmdir(outer);
}

static void chain(int count) {
  int ends[2];
  if (pipe(ends) != 0) fail("pipe");
  for (int i = 0; i < count; i++) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) continue;
    if (i > 0) _exit(0);
    close(ends[1]);
    char byte;
    while (read(ends[0], &byte, 1) > 0) continue;
    waitpid(child, NULL, 0);
    return;
  }
  _exit(0);
}

static void crowd(const char *cgroup, int count) {
  int go[2];
  if (pipe(go) != 0) fail("pipe");
  for (int i = 0; i < count; i++) {
    if (fork() != 0) continue;
    char byte;
    close(go[1]);
    enter(cgroup);
    while (read(go[0], &byte, 1) > 0) continue;
    make_one();
    _exit(0);
  }
  close(go[1]);
  while (wait(NULL) > 0) continue;
}

int main(int argc, char **argv) {
  const char *mode = argc > 2 ? argv[1] : "";
  int count = atoi(argv[argc - 1]);
  if (strcmp(mode, "chain") == 0) chain(count);
  else if (argc < 4) return 2;
  else if (strcmp(mode, "into") == 0) into(argv[2], count);
  else if (strcmp(mode, "daemon") == 0) daemonize(argv[2], count);
  else if (strcmp(mode, "deep") == 0) deep(argv[2], count);
  else if (strcmp(mode, "crowd") == 0) crowd(argv[2], count);
  else return 2;
  return 0;
}
