# Sourced by the launchers. Where there is too little room for Node.js it hangs, or aborts with a trace, so that the room is
# looked at before it starts. Only what the shell has built in: where no process can be made, nothing else runs.
#
# find_problem sets `problem`, a sentence, and `hint`, what to do; both are empty where there is room enough.
# 16 tasks: 11 threads of Node.js, 2 of bpftrace, sudo's, the self-test's, the command's.
needed_tasks=16
# Of 2 CPUs bpftrace 0.27 opens 60 files, and 2 more for each further CPU.
needed_files=60
# Node.js does not start with 0.6 GB.
needed_memory=900000000
# Where the machine's file tree starts; empty but for tests.
root=

find_problem() {
  problem= hint=
  check_limits
  [ -n "$problem" ] || check_cgroups
}

# What setrlimit limits, as `ulimit` shows it.
check_limits() {
  [ -r "$root/proc/self/limits" ] || return 0
  memory=unlimited files=unlimited processes=unlimited
  while read -r word1 word2 word3 soft hard _; do
    case "$word1 $word2 $word3" in
      'Max address space') memory=$soft ;;
      # Node.js raises this one to the hard limit.
      'Max open files') files=$hard ;;
      Max\ processes\ *) processes=$word3 ;;
    esac
  done <"$root/proc/self/limits"
  if [ "$memory" != unlimited ] && [ "$memory" -lt "$needed_memory" ]; then
    problem="Node.js needs 0.9 GB of address space, and the limit is $memory bytes (ulimit -v)"
    hint='raise it: ulimit -v unlimited, or LimitAS= of the unit'
    return
  fi
  count_cpus
  want=$((needed_files + 2 * cpus))
  if [ "$files" != unlimited ] && [ "$files" -lt "$want" ]; then
    problem="$want open files are needed, and the limit is $files (ulimit -n)"
    hint="raise it: ulimit -n 1024; as root: prlimit --pid \$\$ --nofile=1024, or LimitNOFILE= of the unit"
    return
  fi
  # The limit is not for root. Counting the tasks of a user takes long on a large machine, where it is far away.
  [ "$processes" != unlimited ] && [ "$processes" -le 1024 ] && ! is_root || return 0
  count_tasks
  [ $((processes - tasks)) -ge $((needed_tasks - 1)) ] && return
  problem="$needed_tasks tasks are needed, and this user may have $processes and has $tasks (ulimit -u)"
  hint="raise it as root: prlimit --pid \$\$ --nproc=4096, or LimitNPROC= of the unit"
}

count_cpus() {
  cpus=1
  read -r list 2>/dev/null <"$root/sys/devices/system/cpu/possible" || return 0
  cpus=$((${list##*[-,]} + 1))
}

is_root() {
  while read -r word _ uid _; do [ "$word" = Uid: ] && break; done <"$root/proc/self/status"
  [ "$uid" = 0 ]
}

# Tasks of our user, threads as well: the 18th number behind the name in /proc/PID/stat.
count_tasks() {
  tasks=0
  for process in "$root"/proc/[0-9]*; do
    [ -O "$process" ] && { read -r stat <"$process/stat"; } 2>/dev/null || continue
    add_threads ${stat##*) }
  done
}

add_threads() { tasks=$((tasks + ${18})); }

# pids.max of our cgroup and of those above it.
check_cgroups() {
  [ -r "$root/proc/self/cgroup" ] && [ -r "$root/proc/self/mountinfo" ] || return 0
  mount1= mount2= path1= path2=
  while read -r _ _ _ within point rest; do
    case "$within $rest" in
      */\ *'- cgroup2 '*) mount2=$point ;;
      */\ *'- cgroup '*pids*) mount1=$point ;;
    esac
  done <"$root/proc/self/mountinfo"
  while IFS=: read -r _ controllers path; do
    case ",$controllers," in
      ,,) path2=$path ;;
      *,pids,*) path1=$path ;;
    esac
  done <"$root/proc/self/cgroup"
  [ -z "$mount1" ] || check_path "$mount1" "$path1"
  [ -n "$problem" ] || [ -z "$mount2" ] || check_path "$mount2" "$path2"
}

check_path() { # MOUNT PATH
  cgroup=${2%/}
  while [ -n "$cgroup" ]; do
    check_cgroup "$1" "$cgroup"
    [ -z "$problem" ] || return 0
    cgroup=${cgroup%/*}
  done
}

check_cgroup() { # MOUNT PATH
  files=$root$1$2/pids
  [ -r "$files.max" ] && [ -r "$files.current" ] || return 0
  read -r most <"$files.max"
  read -r used <"$files.current"
  [ "$most" != max ] && [ $((most - used)) -lt $((needed_tasks - 1)) ] || return 0
  problem="$needed_tasks tasks are needed, and the cgroup $2 may have $most and has $used (pids.max)"
  hint="raise it as root: echo 100 >$1$2/pids.max, or TasksMax= of the unit; or leave this cgroup: echo \$\$ >$1/cgroup.procs"
}
