/*
 * syscall: system calls that reach from the kernel into user memory, by way of the page cache.
 *
 * `write` copies from a buffer of the process into the file's page in the page cache, `read` copies
 * back. The page lies in high memory and is mapped the way the generation maps it; the buffer is
 * reached through the process' own page tables, and may have to be faulted in first.
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"
#include "command/process.h"
#include "kernel/uaccess.h"

#include <inttypes.h>
#include <string.h>

enum syscall { SYS_READ, SYS_WRITE, SYS_TRUNCATE, SYSCALLS };
static const char *const syscalls[SYSCALLS] = { "read", "write", "truncate" };

static bool prepare_syscall(struct call *c, unsigned i, struct request *r)
{
	int which = arg_word(c, 0, "system call", syscalls, SYSCALLS);
	uint64_t n = 0;

	(void)i;
	if (which < 0)
		return false;
	if (!user_mode_task(c))
		return bad(c, c->argc, "Nobody is in user mode on CPU %u: `fork init`, then `switch init`",
		           c->cpu);
	user_request(c, r);
	r->slot = which;
	if (which == SYS_TRUNCATE) {
		REQUEST(r, sys_truncate, 0);
		return c->argc == 1 || bad(c, 1, "`syscall truncate` takes no more than that");
	}
	if (c->argc != 3)
		return bad(c, c->argc, "`syscall %s` needs a buffer and a number of bytes",
		           syscalls[which]);
	if (!arg_va(c, 1, &r->va) || !arg_number(c, 2, 1, PAGE_SIZE, &n))
		return false;
	if (r->va > UINT32_MAX - n + 1)
		return bad(c, 1, "0x%x and %" PRIu64 " bytes go beyond the end of the address space",
		           r->va, n);
	r->n = (uint32_t)n;
	if (which == SYS_WRITE)
		REQUEST(r, sys_write, .buf = r->va, .n = r->n);
	else
		REQUEST(r, sys_read, .buf = r->va, .n = r->n);
	return true;
}

static void say_errno(uint32_t result, struct answer *a)
{
	const char *name = result == EFAULT_RESULT ? "EFAULT" : "ENOMEM";

	json_object_set_new(a->result, "errno", json_string(name));
	text_add(&a->message, "The system call fails: %s.", name);
}

static enum status answer_syscall(const struct outcome *o, const struct request *r,
                                  struct answer *a)
{
	uint32_t result = (uint32_t)o->result, pfn = o->w->kernel.file.pfn;

	json_object_set_new(a->result, "syscall", json_string(syscalls[r->slot]));
	if (result == EFAULT_RESULT || result == ENOMEM_RESULT) {
		say_errno(result, a);
	} else if (r->slot == SYS_TRUNCATE) {
		text_add(&a->message, "The file is empty, and its page is gone from the page cache.");
	} else {
		json_object_set_new(a->result, "bytes", json_integer(result));
		text_add(&a->message, "%u byte%s %s 0x%x", result, result == 1 ? "" : "s",
		         r->slot == SYS_WRITE ? "from" : "to", r->va);
		if (pfn) {
			json_object_set_new(a->result, "pfn", json_hex(pfn));
			text_add(&a->message, " are copied %s ", r->slot == SYS_WRITE ? "to" : "from");
			describe_frame(o->w, "the page cache", pfn, &a->message);
			a->value = (struct value){ VALUE_PAGE, pfn };
		}
		text_add(&a->message, ".");
	}
	answer_user(o, r, a, !task_get(o->w, (unsigned)r->pfn)->mm);
	return STATUS_OK;
}

const struct command syscall_commands[] = {
	{
		.name = "syscall", .group = "processes",
		.usage = "syscall read|write|truncate [BUFFER BYTES]",
		.summary = "A system call of the current process: write copies its buffer into the file's "
		           "page in the page cache, in high memory; read copies back; truncate frees it.",
		.example = { "fork init; switch init; write 0x08050000 \"hi\"; syscall write 0x08050000 2",
		             "fork init; switch init; syscall read 0x08051000 4" },
		.errors = "Needs a process. A bad buffer gives EFAULT, which is an answer.",
		.see = "fork switch touch write kmap kmap_atomic", .min = 1, .max = 3,
		.flags = GIVES | NEEDS_WORLD | ON_CPU, .arg = { ARG_TEXT, ARG_VA, ARG_NUMBER },
		.prepare = prepare_syscall, .answer = answer_syscall,
	},
	{ .name = NULL },
};
