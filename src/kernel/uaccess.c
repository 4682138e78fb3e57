/*
 * User memory; see uaccess.h.
 *
 * A load or store in user mode is made with CPL 3: the tables must say U/S, and CR0.WP does not
 * matter. When it faults, the processor enters the kernel; do_page_fault() does what can be done,
 * and the instruction is run again, as if nothing had happened. The kernel's own accesses to user
 * addresses go through the same tables, and fault in the same way, unless page faults are disabled:
 * then the copy ends early and says how much is missing.
 *
 * Left out: what the program's instructions are; access_ok() and the segment that enforces it.
 */
#include "kernel/uaccess.h"

#include "kernel/fault.h"
#include "kernel/world.h"

static uint32_t in_this_page(uint32_t va, uint32_t n)
{
	uint32_t rest = PAGE_SIZE - va % PAGE_SIZE;

	return n < rest ? n : rest;
}

/* One access of user mode; false after a fault. `buf` is what to write, NULL to read. */
static bool user_access(struct world *w, unsigned cpu, uint32_t va, uint32_t n, const void *buf)
{
	unsigned char bytes[PAGE_SIZE];
	struct access_result r;

	if (buf)
		r = machine_write(&w->machine, cpu, va, buf, n, true, NULL);
	else
		r = machine_read(&w->machine, cpu, va, bytes, n, true, NULL);
	return access_note(w, cpu, n, &r);
}

static void access_begin(struct world *w, unsigned cpu, uint32_t va, uint32_t n)
{
	w->kernel.cpu[cpu].access = (struct access_report){ .va = va, .bytes = n };
}

OP(user_read)
{
	uint32_t n;

	BEGIN
	access_begin(w, c->cpu, f->va, f->n);
	while (f->done < f->n) {
		STEP("movl (%eax), %edx    /* user mode */")
		n = in_this_page(f->va + f->done, f->n - f->done);
		if (user_access(w, c->cpu, f->va + f->done, n, NULL)) {
			f->done += n;
			continue;
		}
		CALL(do_page_fault, .address = w->machine.cpu[c->cpu].cr2,
		     .error_code = w->kernel.cpu[c->cpu].access.error_code);
		if (RESULT != PF_RETRY)
			break;
	}
	RETURN(f->done);
	END
}

OP(user_write)
{
	uint32_t n;

	BEGIN
	access_begin(w, c->cpu, f->va, f->n);
	while (f->done < f->n) {
		STEP("movl %edx, (%eax)    /* user mode */")
		n = in_this_page(f->va + f->done, f->n - f->done);
		if (user_access(w, c->cpu, f->va + f->done, n, f->bytes + f->done)) {
			f->done += n;
			continue;
		}
		CALL(do_page_fault, .address = w->machine.cpu[c->cpu].cr2,
		     .error_code = w->kernel.cpu[c->cpu].access.error_code);
		if (RESULT != PF_RETRY)
			break;
	}
	RETURN(f->done);
	END
}

/* Reads or (orb $0) writes back what is there. */
static bool touch(struct world *w, unsigned cpu, uint32_t va, bool write)
{
	struct access a = { va, write ? ACCESS_WRITE : ACCESS_READ, true };
	struct access_result r = machine_translate(&w->machine, cpu, a);

	return access_note(w, cpu, 1, &r);
}

OP(user_touch)
{
	BEGIN
	access_begin(w, c->cpu, f->va, 1);
	for (;;) {
		if (f->write) {
			STEP("orb $0, (%eax)    /* user mode */")
		} else {
			STEP("movb (%eax), %dl    /* user mode */")
		}
		if (touch(w, c->cpu, f->va, f->write))
			RETURN(1);
		CALL(do_page_fault, .address = w->machine.cpu[c->cpu].cr2,
		     .error_code = w->kernel.cpu[c->cpu].access.error_code);
		if (RESULT != PF_RETRY)
			RETURN(0);
	}
	END
}

/* --- the kernel's copies ---------------------------------------------------------------------- */

/* One piece of a copy; its source is read, then its target written. */
static struct access_result copy_piece(struct world *w, unsigned cpu, uint32_t to, uint32_t from,
                                       uint32_t n)
{
	unsigned char bytes[PAGE_SIZE];
	struct access_result r = machine_read(&w->machine, cpu, from, bytes, n, false, NULL);

	if (!r.fault)
		r = machine_write(&w->machine, cpu, to, bytes, n, false, NULL);
	if (!r.fault)
		w->kernel.stats.bytes_copied += n;
	return r;
}

OP(__get_user)
{
	struct access_result r;

	BEGIN
	for (;;) {
		STEP("movb (%eax), %dl    /* __get_user(c, uaddr): kernel mode */")
		r = machine_translate(&w->machine, c->cpu, (struct access){
			f->va, f->write ? ACCESS_WRITE : ACCESS_READ, false });
		if (!r.fault)
			RETURN(0);
		CALL(do_page_fault, .address = f->va, .error_code = r.error_code);
		if (RESULT != PF_RETRY)
			RETURN(1);
	}
	END
}

static uint32_t piece(const struct __copy_user_frame *f)
{
	return in_this_page(f->user + f->done, in_this_page(f->kernel + f->done, f->n - f->done));
}

OP(__copy_user)
{
	struct access_result r;

	BEGIN
	while (f->done < f->n) {
		STEP("rep; movsl    /* __copy_user(to, from, size) */")
		if (f->to_user)
			r = copy_piece(w, c->cpu, f->user + f->done, f->kernel + f->done, piece(f));
		else
			r = copy_piece(w, c->cpu, f->kernel + f->done, f->user + f->done, piece(f));
		if (!r.fault) {
			f->done += piece(f);
			continue;
		}
		if (w->machine.cpu[c->cpu].cr2 >= w->kernel.layout.task_size) {
			world_oops(w, c, UNABLE_TO_HANDLE);
			return OP_OOPS;
		}
		CALL(do_page_fault, .address = w->machine.cpu[c->cpu].cr2,
		     .error_code = r.error_code);
		if (RESULT != PF_RETRY)
			break;
	}
	RETURN(f->n - f->done);
	END
}
