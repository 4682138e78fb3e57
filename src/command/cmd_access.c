/*
 * read, write, zero, copy: touching memory. See cmd_walk.c for looking at what translates it.
 *
 * A fault is an answer here and no failure: the user asked what would happen. In a process, addresses
 * of user space (below PAGE_OFFSET, or under 4G/4G nearly all) are touched in user mode (see
 * cmd_process.c).
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/op.h"
#include "command/process.h"

#include "kernel/access.h"
#include "kernel/atomic.h"
#include "kernel/uaccess.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Whether an access is one of user mode: of a process to its own half of the address space. */
static bool in_user_mode(const struct call *c, uint32_t va, uint32_t n)
{
	return user_mode_task(c) && va + n - 1 < call_world(c)->kernel.layout.task_size;
}

static bool prepare_read(struct call *c, unsigned i, struct request *r)
{
	uint64_t n = 4;

	(void)i;
	if (!arg_va(c, 0, &r->va) || (c->argc > 1 && !arg_number(c, 1, 1, ACCESS_READ_MAX, &n)))
		return false;
	if (r->va > UINT32_MAX - n + 1)
		return bad(c, 0, "0x%x and %" PRIu64 " bytes go beyond the end of the address space",
		           r->va, n);
	r->n = (uint32_t)n;
	if (in_user_mode(c, r->va, r->n)) {
		user_request(c, r);
		REQUEST(r, user_read, .va = r->va, .n = r->n);
	} else {
		REQUEST(r, mem_read, .va = r->va, .n = r->n);
	}
	return true;
}

/* The bytes that an access went over, as they are in memory now. */
static void accessed_bytes(const struct world *w, const struct access_report *a,
                           unsigned char *bytes)
{
	uint32_t first = PAGE_SIZE - a->va % PAGE_SIZE;

	first = first < a->done ? first : a->done;
	phys_read(&w->machine.phys, a->pa[0], bytes, first);
	phys_read(&w->machine.phys, a->pa[1], bytes + first, a->done - first);
}

/* Up to 16 bytes as a hex dump's line has them. */
static void say_bytes(const unsigned char *bytes, uint32_t n, struct text *t)
{
	for (uint32_t i = 0; i < n && i < 16; i++)
		text_add(t, "%s%02x", i ? " " : "", bytes[i]);
	if (n > 16)
		text_add(t, " ...");
	text_add(t, "  ");
	for (uint32_t i = 0; i < n && i < 16; i++)
		text_add(t, "%c", bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '.');
}

static void answer_fault(const struct access_report *r, struct answer *a)
{
	const char *reason = fault_reason_text((enum fault_reason)r->fault);

	json_object_set_new(a->result, "fault", json_pack("{s:o, s:s}", "error_code",
	                                                  json_hex(r->error_code), "reason", reason));
	text_line(&a->message);
	text_add(&a->message, "Page fault at 0x%x, error code 0x%x: %s.", r->va + r->done,
	         r->error_code, reason);
}

static enum status answer_access(const struct outcome *o, const struct request *request,
                                 const char *verb, struct answer *a)
{
	const struct access_report *r = &o->w->kernel.cpu[o->cpu].access;
	unsigned char bytes[ACCESS_READ_MAX];

	json_object_set_new(a->result, "va", json_hex(r->va));
	if (r->done) {
		accessed_bytes(o->w, r, bytes);
		json_object_set_new(a->result, "pa", json_hex(r->pa[0]));
		json_object_set_new(a->result, "bytes", json_bytes(bytes, r->done));
		json_object_set_new(a->result, "tlb", json_string(r->hit ? "hit" : "miss"));
		text_add(&a->message, "%s 0x%x (physical 0x%" PRIx64 ", TLB %s): ", verb, r->va,
		         r->pa[0], r->hit ? "hit" : "miss");
		say_bytes(bytes, r->done, &a->message);
	}
	if (r->fault)
		answer_fault(r, a);
	if (request->pfn)
		answer_user(o, request, a, r->fault);
	return STATUS_OK;
}

static enum status answer_read(const struct outcome *o, const struct request *r, struct answer *a)
{
	return answer_access(o, r, "Read", a);
}

static enum status answer_write(const struct outcome *o, const struct request *r, struct answer *a)
{
	return answer_access(o, r, "Wrote", a);
}

/* --- the bytes of write ----------------------------------------------------------------------- */

static bool quoted(const struct call *c, unsigned i)
{
	char first = c->line->text[c->line->at[c->word[i]]];

	return first == '"' || first == '\'';
}

/* Hexadecimal digits, blanks between bytes allowed. Returns how many bytes, -1 when it is not
 * that. */
static int hex_bytes(const char *s, unsigned char *bytes, int n)
{
	for (s += strspn(s, " "); *s; s += 2, s += strspn(s, " ")) {
		unsigned byte;

		if (!isxdigit((unsigned char)s[0]) || !isxdigit((unsigned char)s[1]))
			return -1;
		if (n == ACCESS_WRITE_MAX)
			return ACCESS_WRITE_MAX + 1;
		sscanf(s, "%2x", &byte);
		bytes[n++] = (unsigned char)byte;
	}
	return n;
}

/* Argument `i` behind the n bytes there are; the new number, or -1 after a bad(). */
static int add_bytes(struct call *c, unsigned i, unsigned char *bytes, int n)
{
	const char *s = c->argv[i];
	int more = hex_bytes(strncmp(s, "0x", 2) ? s : s + 2, bytes, n);

	if (more < 0 && quoted(c, i)) {
		more = n + (int)strlen(s);
		if (more <= ACCESS_WRITE_MAX)
			memcpy(bytes + n, s, strlen(s));
	}
	if (more < 0) {
		bad(c, i, "'%s' is not bytes: write pairs of hex digits (deadbeef) or a \"text\" in "
		    "quotes", s);
		return -1;
	}
	if (more > ACCESS_WRITE_MAX) {
		bad(c, i, "`write` writes %d bytes at most", ACCESS_WRITE_MAX);
		return -1;
	}
	return more;
}

static bool prepare_write(struct call *c, unsigned i, struct request *r)
{
	struct mem_write_frame frame = { 0 };
	int n = 0;

	(void)i;
	if (!arg_va(c, 0, &frame.va))
		return false;
	for (unsigned k = 1; k < c->argc; k++) {
		n = add_bytes(c, k, frame.bytes, n);
		if (n < 0)
			return false;
	}
	if (!n)
		return bad(c, 1, "There are no bytes to write");
	if (frame.va > UINT32_MAX - (uint32_t)n + 1)
		return bad(c, 0, "0x%x and %d bytes go beyond the end of the address space", frame.va, n);
	frame.n = (uint32_t)n;
	if (in_user_mode(c, frame.va, frame.n)) {
		user_request(c, r);
		r->op = &user_write_op;
	} else {
		r->op = &mem_write_op;
	}
	request_locals(r, &frame, sizeof(frame));
	return true;
}

/* --- whole pages ------------------------------------------------------------------------------ */

/* Whether two frames have the same bytes; UINT64_MAX stands for zeros. */
static bool same_bytes(const struct world *w, uint64_t a, uint64_t b)
{
	unsigned char x[PAGE_SIZE], y[PAGE_SIZE] = { 0 };

	phys_read(&w->machine.phys, a << PAGE_SHIFT, x, sizeof(x));
	if (b != UINT64_MAX)
		phys_read(&w->machine.phys, b << PAGE_SHIFT, y, sizeof(y));
	return memcmp(x, y, sizeof(x)) == 0;
}

static bool prepare_zero(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!arg_page(c, 0, &r->pfn))
		return false;
	page_label(c, 0, r->pfn, r->page, sizeof(r->page));
	REQUEST(r, clear_highpage, .pfn = (uint32_t)r->pfn);
	return true;
}

static enum status answer_zero(const struct outcome *o, const struct request *r, struct answer *a)
{
	json_object_set_new(a->result, "page", json_string(r->page));
	json_object_set_new(a->result, "pfn", json_hex(r->pfn));
	describe_page(o->w, r, &a->message);
	if (same_bytes(o->w, r->pfn, UINT64_MAX))
		text_add(&a->message, " is all zeros now.");
	else
		text_add(&a->message, " is not all zeros: the zeros went to another page.");
	return STATUS_OK;
}

static bool prepare_copy(struct call *c, unsigned i, struct request *r)
{
	(void)i;
	if (!arg_page(c, 0, &r->pfn) || !arg_page(c, 1, &r->other))
		return false;
	page_label(c, 0, r->pfn, r->page, sizeof(r->page));
	REQUEST(r, copy_highpage, .to = (uint32_t)r->other, .from = (uint32_t)r->pfn);
	return true;
}

static enum status answer_copy(const struct outcome *o, const struct request *r, struct answer *a)
{
	const char *to = session_page_name(o->s, r->other);

	json_object_set_new(a->result, "from", json_hex(r->pfn));
	json_object_set_new(a->result, "to", json_hex(r->other));
	json_object_set_new(a->result, "bytes", json_integer(PAGE_SIZE));
	describe_page(o->w, r, &a->message);
	text_add(&a->message, same_bytes(o->w, r->pfn, r->other) ? " is copied to " :
	                                                           " was to be copied, but differs from ");
	describe_frame(o->w, to ? to : "the page", r->other, &a->message);
	text_add(&a->message, ".");
	return STATUS_OK;
}

const struct command access_commands[] = {
	{
		.name = "read", .group = "memory", .usage = "read ADDRESS [BYTES]",
		.summary = "Loads bytes at a virtual address, as kernel code on this CPU would: through "
		           "the TLB, or by a walk of the page tables. A process' own addresses in user "
		           "mode.",
		.example = { "read 0xc0100000 16", "v = kmap p0; read v" },
		.errors = "A page fault is an answer: it says why, and the script goes on.",
		.see = "write walk translate tlb", .min = 1, .max = 2, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_VA, ARG_NUMBER }, .prepare = prepare_read, .answer = answer_read,
	},
	{
		.name = "write", .group = "memory", .usage = "write ADDRESS BYTES...",
		.summary = "Stores bytes at a virtual address, as kernel code on this CPU would; a "
		           "process' own addresses in user mode.",
		.example = { "write 0xc1000000 deadbeef", "v = kmap p0; write v \"hello\"" },
		.errors = "A page fault is an answer. At most 56 bytes; text stands in quotes.",
		.see = "read walk translate tlb", .min = 2, .max = ARGS_MANY,
		.flags = NEEDS_WORLD | ON_CPU, .arg = { ARG_VA, ARG_BYTES }, .prepare = prepare_write,
		.answer = answer_write,
	},
	{
		.name = "zero", .group = "memory", .usage = "zero PAGE",
		.summary = "clear_highpage(): fills a page with zeros through a temporary mapping.",
		.example = { "zero p0", "cpu1: zero p0" },
		.errors = "The kernel finds a bug (oops) when the atomic slot it uses is taken.",
		.see = "copy write kmap_atomic", .min = 1, .max = 1, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_PAGE }, .prepare = prepare_zero, .answer = answer_zero,
	},
	{
		.name = "copy", .group = "memory", .usage = "copy FROM-PAGE TO-PAGE",
		.summary = "copy_highpage(): copies a page to another through two temporary mappings.",
		.example = { "copy p0 p1", "cpu1: copy p0 p1" },
		.errors = "The kernel finds a bug (oops) when an atomic slot it uses is taken.",
		.see = "zero write kmap_atomic", .min = 2, .max = 2, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_PAGE, ARG_PAGE }, .prepare = prepare_copy, .answer = answer_copy,
	},
	{ .name = NULL },
};
