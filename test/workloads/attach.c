/*
 * attach: attaches BPF programs that are loaded already, and detaches them, as often as it is told.
 *
 *   attach PROGRAM_ID=TRACEPOINT …
 *
 * TRACEPOINT is the number in the file `id` of a tracepoint, or the name of a raw one. Prints "ready" when it holds all
 * programs; who loaded them may then end. Each "+" on standard input attaches all of them, each "-" detaches them, and
 * is answered by the same when that is done. Attaching takes a millisecond, detaching 70 for each: the kernel waits
 * until nobody runs the program any more. Ends with its standard input, and leaves nothing attached.
 */
#include <ctype.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 64 };

struct program {
  int fd;
  const char *tracepoint;
  int attachment; /* -1: detached */
};

static void fail(const char *what) {
  fprintf(stderr, "attach: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int bpf(int command, union bpf_attr *attr) {
  return syscall(SYS_bpf, command, attr, sizeof *attr);
}

static struct program hold(const char *argument) {
  char *end;
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.prog_id = strtoul(argument, &end, 10);
  int fd = bpf(BPF_PROG_GET_FD_BY_ID, &attr);
  if (fd < 0 || *end != '=') fail(argument);
  return (struct program){.fd = fd, .tracepoint = end + 1, .attachment = -1};
}

static int open_raw(const struct program *program, const char *name) {
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.raw_tracepoint.name = (__u64)(unsigned long)name;
  attr.raw_tracepoint.prog_fd = program->fd;
  return bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
}

/* A program with the kernel's types, as newer bpftraces load them, knows its tracepoint and wants no name. */
static int attach_raw(const struct program *program) {
  int fd = open_raw(program, NULL);
  return fd >= 0 ? fd : open_raw(program, program->tracepoint);
}

/* As bpftrace does it: an event on one CPU; its BPF program runs on all of them. */
static int attach_perf(const struct program *program) {
  struct perf_event_attr attr = {
      .type = PERF_TYPE_TRACEPOINT,
      .size = sizeof attr,
      .config = strtoul(program->tracepoint, NULL, 10),
      .sample_period = 1,
      .wakeup_events = 1,
  };
  int fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
  if (fd < 0) return fd;
  if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, program->fd) < 0) return -1;
  return ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) < 0 ? -1 : fd;
}

static void attach(struct program *program) {
  if (program->attachment >= 0) return;
  int is_raw = !isdigit((unsigned char)program->tracepoint[0]);
  program->attachment = is_raw ? attach_raw(program) : attach_perf(program);
  if (program->attachment < 0) fail(program->tracepoint);
}

static void detach(struct program *program) {
  if (program->attachment >= 0) close(program->attachment);
  program->attachment = -1;
}

static void answer(const char *line) {
  puts(line);
  fflush(stdout);
}

int main(int argc, char **argv) {
  struct program programs[MOST];
  int count = argc - 1;
  if (count < 1 || count > MOST) {
    fprintf(stderr, "usage: attach PROGRAM_ID=TRACEPOINT ... (%d at most)\n", MOST);
    return 2;
  }
  for (int i = 0; i < count; i++) programs[i] = hold(argv[i + 1]);
  answer("ready");
  char order;
  while (read(0, &order, 1) > 0) {
    for (int i = 0; i < count; i++) {
      if (order == '+') attach(&programs[i]);
      if (order == '-') detach(&programs[i]);
    }
    if (order == '+' || order == '-') answer(order == '+' ? "+" : "-");
  }
  return 0;
}
