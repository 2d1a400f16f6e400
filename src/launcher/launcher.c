/*
 * Runs bpftrace with a program that root has rendered, for a client that has no privilege. The only privileged part of the
 * plugin: a service behind a socket, or setuid root where there is no systemd.
 *
 * Input, one line: run 1 HASH OFFSET PERIOD KEYS
 *   HASH    64 hex digits: the name of a program below STATE, which `ebpf-processes setup` writes
 *   OFFSET  nanoseconds from the kernel's clock to wall clock time, $1 of the program
 *   PERIOD  nanoseconds from one dump to the next, $2 of the program
 *   KEYS    how many keys a map holds
 * Output: the lines of bpftrace, those of its stderr among them, and three kinds of our own:
 *   {"type": "missed", "data": [[ID, TYPE, MISSED], ...]}   for each BPF program, before the first line of a dump
 *   {"type": "ended", "data": "exit code 1"}                the last line, where bpftrace has ended
 *   {"type": "refused", "data": "..."}                      the only line; the exit code is then 2
 * The end of the input, or anything more on it, ends bpftrace. What holds for an attacker: SECURITY.md.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Tests are built with other places. */
#ifndef STATE
#define STATE "/var/lib/ebpf-processes"
#endif
#ifndef BPFTRACE
#define BPFTRACE "/usr/bin/bpftrace"
#endif
#ifndef PROBES
#define PROBES "/usr/lib/ebpf-processes/probes"
#endif
#ifndef PARANOID
#define PARANOID "/proc/sys/kernel/perf_event_paranoid"
#endif
#ifndef STALL_MS
/* A client that reads nothing for so long is given up. */
#define STALL_MS 60000
#endif

#define REQUEST_BYTES 200
#define REQUEST_MS 2000
#define PROGRAM_BYTES 65536
/* Each client costs a bpftrace of 100 MB. */
#define CLIENTS 4
#define PROGRAM_FD 3
/* No line for so long: the next one begins a dump. */
#define SILENCE_MS 10
/* First line of a program for a bpftrace that looks for the function of a raw tracepoint among the traceable ones. */
#define NEEDS_FUNCTIONS "// --traceable-functions\n"

struct request {
  char hash[65];
  char offset[20];
  char period[20];
  char keys[20];
};

static _Noreturn void refuse(const char *why) {
  dprintf(STDOUT_FILENO, "{\"type\": \"refused\", \"data\": \"%s\"}\n", why);
  _exit(2);
}

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Takes what stands at *at up to `end`, and steps over it. Only such a word is taken that is the shortest of its number. */
static bool take_number(const char **at, char end, char *into, long long least, long long most) {
  size_t length = strspn(*at, "0123456789");
  if (length == 0 || length > 19 || **at == '0' || (*at)[length] != end) return false;
  memcpy(into, *at, length);
  into[length] = 0;
  *at += length + 1;
  errno = 0;
  long long value = strtoll(into, NULL, 10);
  return errno == 0 && value >= least && value <= most;
}

/* `line` ends with a zero byte; `length` is without it. */
static bool parse_request(const char *line, size_t length, struct request *request) {
  static const char verb[] = "run 1 ";
  const char *at = line + sizeof verb - 1;
  if (strncmp(line, verb, sizeof verb - 1) != 0) return false;
  if (strspn(at, "0123456789abcdef") != 64 || at[64] != ' ') return false;
  memcpy(request->hash, at, 64);
  request->hash[64] = 0;
  at += 65;
  return take_number(&at, ' ', request->offset, 1, LLONG_MAX) &&
         take_number(&at, ' ', request->period, 100000000, 1000000000) &&
         take_number(&at, '\n', request->keys, 64, 4194304) && at == line + length;
}

static void read_request(struct request *request) {
  char line[REQUEST_BYTES + 1];
  size_t length = 0;
  long long until = now_ms() + REQUEST_MS;
  do {
    long long left = until - now_ms();
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (left <= 0 || poll(&input, 1, (int)left) <= 0) refuse("no request came within 2 s");
    ssize_t got = read(STDIN_FILENO, line + length, REQUEST_BYTES - length);
    if (got <= 0) refuse("no request came");
    length += (size_t)got;
  } while (memchr(line, '\n', length) == NULL && length < REQUEST_BYTES);
  line[length] = 0;
  if (!parse_request(line, length, request)) refuse("this is not a request");
}

/* Whoever may execute this file as its group may ask for bpftrace: the same people as by setuid. */
static void check_peer(void) {
  struct ucred peer;
  struct stat own;
  gid_t groups[128];
  socklen_t size = sizeof peer;
  if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) {
    if (errno == ENOTSOCK) return;
    refuse("the socket does not tell who is at its other end");
  }
  if (peer.pid > 0 && peer.uid == 0) return;
  if (peer.pid <= 0 || stat("/proc/self/exe", &own) < 0) refuse("the client is unknown");
  if (peer.gid == own.st_gid) return;
  size = sizeof groups;
  if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0) {
    for (size_t i = 0; i < size / sizeof *groups; i++) {
      if (groups[i] == own.st_gid) return;
    }
  }
  refuse("the client is not in the group of the launcher");
}

/* Above 2, kernels of Debian and Ubuntu let nobody open a perf event without CAP_SYS_ADMIN; every bpftrace opens some. */
static bool needs_admin(void) {
  char text[16] = "";
  int setting = open(PARANOID, O_RDONLY | O_CLOEXEC);
  if (setting < 0) return false;
  ssize_t got = read(setting, text, sizeof text - 1);
  close(setting);
  return got > 0 && strtol(text, NULL, 10) > 2;
}

/* Leaves the capabilities that load BPF, and no way to get others back. */
static void drop_privilege(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[2] = {{0}};
  if (geteuid() != 0) refuse("the launcher is not setuid root, or no_new_privs holds that back");
  if (syscall(SYS_capget, &header, sets) < 0) refuse("the kernel does not tell capabilities");
  unsigned long long has = sets[0].permitted | (unsigned long long)sets[1].permitted << 32;
  unsigned long long keep = 1ULL << CAP_BPF | 1ULL << CAP_PERFMON;
  unsigned long long admin = 1ULL << CAP_SYS_ADMIN;
  if ((has & keep) != keep || ((has & admin) != 0 && needs_admin())) keep = admin;
  if ((has & keep) != keep) refuse("CAP_BPF and CAP_PERFMON are missing: the bounding set lacks them");
  if ((getuid() != 0 || getgid() != 0) &&
      (setgroups(0, NULL) < 0 || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)) {
    refuse("the launcher cannot become root: CAP_SETGID is missing");
  }
  /* Before Linux 5.11 maps count against this limit. Where it cannot be raised, bpftrace says what it lacks. */
  (void)setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
  for (int cap = 0; cap < 64; cap++) {
    if ((keep >> cap & 1) == 0) (void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
  }
  for (int i = 0; i < 2; i++) {
    sets[i].permitted = sets[i].effective = (unsigned)(keep >> 32 * i);
    sets[i].inheritable = 0;
  }
  if (syscall(SYS_capset, &header, sets) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
      setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) < 0) {
    refuse("the launcher cannot give its privilege up");
  }
}

static bool belongs_to_root(int fd, mode_t type) {
  struct stat found;
  return fstat(fd, &found) == 0 && (found.st_mode & S_IFMT) == type && found.st_uid == 0 &&
         (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int open_state(void) {
  int state = open(STATE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (state < 0) refuse("no programs were rendered: run ebpf-processes setup as root");
  if (!belongs_to_root(state, S_IFDIR)) refuse("others than root can change " STATE);
  return state;
}

/* Holds one of the places of a client until this process ends. */
static void take_place(int state) {
  for (int i = 0; i < CLIENTS; i++) {
    char name[] = "place-0";
    name[sizeof name - 2] = (char)('0' + i);
    int place = openat(state, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (place < 0) continue;
    if (flock(place, LOCK_EX | LOCK_NB) == 0) return;
    close(place);
  }
  refuse("all 4 places are taken: other clients run bpftrace already");
}

/* The program of this name for the kernel that runs, whatever bpftrace it was rendered for. */
static int open_program(int state, const char *hash) {
  struct utsname kernel;
  char name[72];
  DIR *entries = fdopendir(state);
  if (entries == NULL || uname(&kernel) < 0) refuse("the programs cannot be read");
  size_t length = strlen(kernel.release);
  snprintf(name, sizeof name, "%s.bt", hash);
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (strncmp(entry->d_name, kernel.release, length) != 0 || entry->d_name[length] != '+') continue;
    int directory = openat(state, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0) continue;
    int program = belongs_to_root(directory, S_IFDIR)
                      ? openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                      : -1;
    close(directory);
    if (program < 0) continue;
    struct stat found;
    if (!belongs_to_root(program, S_IFREG) || fstat(program, &found) < 0 ||
        found.st_size > PROGRAM_BYTES) {
      refuse("the program is not a file of at most 64 KiB that root alone can change");
    }
    closedir(entries);
    return program;
  }
  refuse("no such program was rendered for this kernel and bpftrace: run ebpf-processes setup as root");
}

static bool begins_with(int program, const char *line) {
  char start[32];
  size_t length = strlen(line);
  return pread(program, start, length, 0) == (ssize_t)length && memcmp(start, line, length) == 0;
}

static _Noreturn void run_bpftrace(const struct request *request, int program, int output, pid_t launcher) {
  char keys[2][64];
  const char *words[16] = {"bpftrace", "-f", "json", "-I", PROBES "/include"};
  int count = 5;
  if (begins_with(program, NEEDS_FUNCTIONS)) {
    words[count++] = "--traceable-functions";
    words[count++] = PROBES "/traceable-functions";
  }
  words[count++] = "/proc/self/fd/3";
  words[count++] = request->offset;
  words[count++] = request->period;
  /* bpftrace obeys PATH, TMPDIR, LD_* and two dozen BPFTRACE_*: it inherits none. Below TMPDIR, which belongs to root, 0.11
     to 0.20 look for kernel headers. */
  const char *environment[] = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "LC_ALL=C", "HOME=/", "TMPDIR=/run", "BPFTRACE_PERF_RB_PAGES=64",
      "__BPFTRACE_NOTIFY_PROBES_ATTACHED=1", keys[0], keys[1], NULL};
  snprintf(keys[0], sizeof keys[0], "BPFTRACE_MAP_KEYS_MAX=%s", request->keys);
  snprintf(keys[1], sizeof keys[1], "BPFTRACE_MAX_MAP_KEYS=%s", request->keys);
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  /* The kernel ends bpftrace with the launcher, also one that is stopped. */
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != launcher || setsid() < 0 ||
      nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
      dup2(output, STDERR_FILENO) < 0) {
    _exit(126);
  }
  if (program == PROGRAM_FD ? fcntl(program, F_SETFD, 0) < 0 : dup2(program, PROGRAM_FD) < 0) _exit(126);
  signal(SIGPIPE, SIG_DFL);
  execve(BPFTRACE, (char *const *)words, (char *const *)environment);
  dprintf(STDERR_FILENO, "%s cannot be started: %s\n", BPFTRACE, strerror(errno));
  _exit(127);
}

static bool read_number(const char *text, const char *name, unsigned long long *value) {
  const char *found = strstr(text, name);
  return found != NULL && sscanf(found + strlen(name), " %llu", value) == 1;
}

/* Writes how many events the kernel skipped each BPF program of a process for, which only root can read. */
static size_t write_missed(pid_t pid, char *into, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  DIR *entries = opendir(path);
  if (entries == NULL) return 0;
  size_t length = (size_t)snprintf(into, size, "{\"type\": \"missed\", \"data\": [");
  bool is_first = true;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL && length + 128 < size;) {
    char text[1024];
    ssize_t got = readlinkat(dirfd(entries), entry->d_name, text, sizeof text - 1);
    text[got < 0 ? 0 : got] = 0;
    if (strcmp(text, "anon_inode:bpf-prog") != 0) continue;
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%.12s", pid, entry->d_name);
    int info = open(path, O_RDONLY | O_CLOEXEC);
    got = info < 0 ? -1 : read(info, text, sizeof text - 1);
    if (info >= 0) close(info);
    text[got < 0 ? 0 : got] = 0;
    unsigned long long id, type, missed;
    if (!read_number(text, "prog_id:", &id) || !read_number(text, "prog_type:", &type) ||
        !read_number(text, "recursion_misses:", &missed)) {
      continue;
    }
    length += (size_t)snprintf(into + length, size - length, "%s[%llu, %llu, %llu]",
                               is_first ? "" : ", ", id, type, missed);
    is_first = false;
  }
  closedir(entries);
  if (is_first) return 0;
  return length + (size_t)snprintf(into + length, size - length, "]}\n");
}

/* Hands on what bpftrace prints. Returns when it has ended (true), or when the client is gone (false). */
static bool relay(int from, pid_t bpftrace) {
  static char buffer[65536];
  size_t start = 0, end = 0;
  bool is_line_start = true;
  long long last_ms = 0;
  for (;;) {
    bool is_full = start < end;
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN | POLLRDHUP},
                           {.fd = STDOUT_FILENO, .events = is_full ? POLLOUT : 0},
                           {.fd = is_full ? -1 : from, .events = POLLIN}};
    int ready = poll(fds, 3, is_full ? STALL_MS : -1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || fds[0].revents != 0 || (fds[1].revents & ~POLLOUT) != 0) return false;
    if (is_full) {
      ssize_t sent = write(STDOUT_FILENO, buffer + start, end - start);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
      if (sent > 0) start += (size_t)sent;
    } else if (fds[2].revents != 0) {
      long long ms = now_ms();
      start = end = 0;
      if (is_line_start && ms - last_ms >= SILENCE_MS) end = write_missed(bpftrace, buffer, 16384);
      ssize_t got = read(from, buffer + end, sizeof buffer - end);
      if (got <= 0) return true;
      end += (size_t)got;
      is_line_start = buffer[end - 1] == '\n';
      last_ms = ms;
    }
  }
}

static void tell_end(int status) {
  if (WIFSIGNALED(status)) {
    dprintf(STDOUT_FILENO, "\n{\"type\": \"ended\", \"data\": \"signal %d\"}\n", WTERMSIG(status));
  } else {
    dprintf(STDOUT_FILENO, "\n{\"type\": \"ended\", \"data\": \"exit code %d\"}\n", WEXITSTATUS(status));
  }
}

/* Nothing of the caller's but the three streams stays. */
static void leave_caller(void) {
  struct stat output;
  sigset_t none;
  for (int fd = 0; fd < 3; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    dprintf(fd == STDOUT_FILENO ? STDERR_FILENO : STDOUT_FILENO,
            "{\"type\": \"refused\", \"data\": \"a standard stream is closed\"}\n");
    _exit(2);
  }
  if (syscall(SYS_close_range, 3, ~0U, 0) < 0) refuse("this kernel is too old: it has no close_range()");
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  umask(077);
  if (chdir("/") < 0) refuse("/ cannot be entered");
  /* A client that does not read must not hold us up. A terminal, which others use too, is left as it is. */
  if (fstat(STDOUT_FILENO, &output) == 0 && (S_ISFIFO(output.st_mode) || S_ISSOCK(output.st_mode))) {
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
  }
}

int main(int argc, char **argv) {
  (void)argv;
  struct request request;
  int output[2], status;
  leave_caller();
  if (argc != 1) refuse("the launcher takes no arguments");
  drop_privilege();
  check_peer();
  read_request(&request);
  int state = open_state();
  take_place(state);
  int program = open_program(state, request.hash);
  pid_t launcher = getpid();
  if (pipe2(output, O_CLOEXEC) < 0) refuse("no pipe can be made");
  pid_t bpftrace = fork();
  if (bpftrace < 0) refuse("no process can be made");
  if (bpftrace == 0) run_bpftrace(&request, program, output[1], launcher);
  close(program);
  close(output[1]);
  bool has_ended = relay(output[0], bpftrace);
  kill(bpftrace, SIGKILL);
  while (waitpid(bpftrace, &status, 0) < 0 && errno == EINTR) {
  }
  if (!has_ended) return 0;
  tell_end(status);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
