/*
 * Touching user memory: by user mode itself, and by the kernel on its behalf (copy_from_user() and
 * copy_to_user() of arch/x86/lib/usercopy_32.c). And two system calls that do the latter.
 */
#ifndef KMAPLAB_KERNEL_UACCESS_H
#define KMAPLAB_KERNEL_UACCESS_H

#include "kernel/access.h"

/** Loads n bytes (1..ACCESS_READ_MAX) at va in user mode, as the current task's program would: a
 * fault runs the kernel's handler, and the access is made again. How it went is left in
 * cpu_state.access. The result is the number of bytes read before the task was killed, if it was. */
FRAME(user_read) { uint32_t va, n, done; };
DECLARE_OP(user_read);
/** Stores bytes in the same way. */
/* It begins like mem_write's frame: */
FRAME(user_write) { uint32_t va, n; unsigned char bytes[ACCESS_WRITE_MAX]; uint32_t done; };
DECLARE_OP(user_write);
/** Writes a byte as it is (orb $0): for the fault that it may cause. */
FRAME(user_touch) { uint32_t va, write; };
DECLARE_OP(user_touch);

/** __copy_user(): n bytes (up to a page) between a kernel address and a user one, in kernel mode.
 * The result is how many bytes are left: not 0 after a bad address, or after any fault while page
 * faults are disabled. */
FRAME(__copy_user) { uint32_t kernel, user, n, to_user, done; };
DECLARE_OP(__copy_user);

/** __get_user() and __put_user() of a byte whose value does not matter. The result is not 0 when the
 * address is bad. */
FRAME(__get_user) { uint32_t va, write; };
DECLARE_OP(__get_user);

/** sys_write(): n bytes (1..PAGE_SIZE) at buf in user memory go into the first page of the one file
 * there is, in the page cache. The result is n, or a negative errno as a 32-bit number. */
FRAME(sys_write) { uint32_t buf, n, pfn; };
DECLARE_OP(sys_write);
/** sys_read(): the other way. Reads what was written, n bytes at most; the result is how many. */
FRAME(sys_read) { uint32_t buf, n; };
DECLARE_OP(sys_read);
/** sys_truncate(): throws the file's page away. */
FRAME(sys_truncate) { uint32_t unused; };
DECLARE_OP(sys_truncate);

#define ENOMEM_RESULT ((uint32_t)-12)
#define EFAULT_RESULT ((uint32_t)-14)

#endif
