#pragma once
/*
 * A stand-in for the kernel's <linux/types.h>, so that no kernel headers are needed: bpftrace 0.11 includes it for
 * every tracepoint, 0.12 to 0.24 where there is no BTF. Passed with -I; real headers, where installed, come first.
 */
typedef signed char s8;
typedef unsigned char u8;
typedef short s16;
typedef unsigned short u16;
typedef int s32;
typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;
typedef s8 __s8;
typedef u8 __u8;
typedef s16 __s16;
typedef u16 __u16;
typedef s32 __s32;
typedef u32 __u32;
typedef s64 __s64;
typedef u64 __u64;
typedef _Bool bool;
typedef int pid_t;
typedef unsigned long size_t;
typedef long ssize_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef u32 dev_t;
typedef u64 sector_t;
typedef u16 umode_t;
typedef long long loff_t;
typedef unsigned int gfp_t;
