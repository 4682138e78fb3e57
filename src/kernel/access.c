/*
 * Loads and stores by command; see access.h. One step per page touched, because that is where a
 * TLB is asked and where a fault can stop it.
 */
#include "kernel/access.h"

#include "kernel/world.h"

/* Bytes of va..va+n-1 from `done` on that lie in one page. */
static uint32_t chunk(uint32_t va, uint32_t n, uint32_t done)
{
	uint32_t rest = PAGE_SIZE - (va + done) % PAGE_SIZE;

	return n - done < rest ? n - done : rest;
}

bool access_note(struct world *w, unsigned cpu, uint32_t bytes, const struct access_result *r)
{
	struct access_report *a = &w->kernel.cpu[cpu].access;

	if (!a->done)
		a->hit = r->hit;
	a->fault = (uint8_t)r->fault;
	a->error_code = r->error_code;
	if (r->fault)
		return false;
	a->pa[a->done != 0] = r->pa;
	a->done += bytes;
	return true;
}

static uint32_t next_byte(const struct world *w, unsigned cpu)
{
	return w->kernel.cpu[cpu].access.va + w->kernel.cpu[cpu].access.done;
}

/* Whether the access stopped at what only the CPU's own top table lacks (vmalloc_fault). */
static bool lacks_entry(const struct world *w, unsigned cpu)
{
	return w->kernel.cpu[cpu].access.fault == FAULT_NOT_PRESENT &&
	       vmalloc_out_of_sync(w, cpu, next_byte(w, cpu));
}

OP(mem_read)
{
	BEGIN
	w->kernel.cpu[c->cpu].access = (struct access_report){ .va = f->va, .bytes = f->n };
	do {
		STEP("movl (%eax), %edx")
		{
			uint32_t done = w->kernel.cpu[c->cpu].access.done;
			uint32_t n = chunk(f->va, f->n, done);
			unsigned char buf[PAGE_SIZE];
			struct access_result r = machine_read(&w->machine, c->cpu, f->va + done,
			                                      buf, n, false, NULL);

			if (!access_note(w, c->cpu, n, &r) && !lacks_entry(w, c->cpu))
				RETURN(done);
		}
		if (lacks_entry(w, c->cpu)) {
			STEP("do_page_fault: vmalloc_fault(address): set_pmd(pmd, *pmd_k);")
			vmalloc_fault(w, c->cpu, next_byte(w, c->cpu));
		}
	} while (w->kernel.cpu[c->cpu].access.done < f->n);
	RETURN(f->n);
	END
}

OP(mem_write)
{
	BEGIN
	w->kernel.cpu[c->cpu].access = (struct access_report){ .va = f->va, .bytes = f->n };
	do {
		STEP("movl %edx, (%eax)")
		{
			uint32_t done = w->kernel.cpu[c->cpu].access.done;
			uint32_t n = chunk(f->va, f->n, done);
			struct access_result r = machine_write(&w->machine, c->cpu, f->va + done,
			                                       f->bytes + done, n, false, NULL);

			if (!access_note(w, c->cpu, n, &r) && !lacks_entry(w, c->cpu))
				RETURN(done);
		}
		if (lacks_entry(w, c->cpu)) {
			STEP("do_page_fault: vmalloc_fault(address): set_pmd(pmd, *pmd_k);")
			vmalloc_fault(w, c->cpu, next_byte(w, c->cpu));
		}
	} while (w->kernel.cpu[c->cpu].access.done < f->n);
	RETURN(f->n);
	END
}
