/*
 * depth: a cgroup inside a cgroup inside a cgroup.
 *
 *   depth DIRECTORY LEVELS PROCESSES   makes DIRECTORY, a cgroup, and LEVELS cgroups in one another below it, makes PROCESSES
 *                                      in the innermost one, 0.1 s apart, and removes all; prints how deep it came
 *
 * The kernel may allow fewer levels. Paths are longer than the kernel takes in one call, so that each level is entered.
 * Exit code 1 when something else failed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "depth: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void enter(const char *directory) {
  char file[4096];
  snprintf(file, sizeof file, "%s/cgroup.procs", directory);
  FILE *procs = fopen(file, "w");
  if (procs == NULL) fail(file);
  fputs("0", procs);
  if (fclose(procs) != 0) fail("cgroup.procs");
}

int main(int argc, char **argv) {
  if (argc != 4 || strrchr(argv[1], '/') == NULL || strlen(argv[1]) > 4000) {
    fprintf(stderr, "usage: depth DIRECTORY LEVELS PROCESSES\n");
    return 2;
  }
  int levels = atoi(argv[2]), processes = atoi(argv[3]), made = 0;
  char parent[4096];
  if (mkdir(argv[1], 0755) < 0) fail("mkdir");
  snprintf(parent, sizeof parent, "%s", argv[1]);
  *strrchr(parent, '/') = '\0';
  if (chdir(argv[1]) < 0) fail("chdir");
  for (; made < levels && mkdir("a", 0755) == 0; made++)
    if (chdir("a") < 0) fail("chdir");
  enter(".");
  for (int i = 0; i < processes; i++) {
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) _exit(0);
    waitpid(pid, NULL, 0);
    usleep(100000);
  }
  enter(parent);
  for (int i = 0; i < made; i++)
    if (chdir("..") < 0 || rmdir("a") < 0) fail("rmdir");
  if (chdir("/") < 0 || rmdir(argv[1]) < 0) fail("rmdir");
  printf("%d\n", made);
  return 0;
}
