/*
 * on_each_cpu(), smp_call_function() and the flushes of kernel mappings.
 *
 * A CPU that changed a kernel PTE must make all CPUs forget what their TLBs hold: it sends each an
 * interrupt, spins until all have answered, and flushes its own. 2.6 ignores the range and flushes
 * everything; because kernel entries are global, a CR3 reload is not enough, and CR4.PGE is
 * toggled. 6.1 drops up to 33 pages one by one. The requester keeps interrupts enabled while it
 * waits: two CPUs that ask each other would otherwise wait forever.
 *
 * A CPU that only borrows the address space of its last process (lazy TLB) leaves it on the way, up
 * to 2.6.37; 6.1 does that when the CPU switches.
 *
 * Left out: 2.6.27's queue of several calls in flight (here call_function_lock admits one at a
 * time).
 */
#include "kernel/smp.h"

#include "kernel/tlb.h"
#include "kernel/world.h"

FRAME(do_flush_tlb_all) { uint32_t cr4; };
FRAME(do_kernel_range_flush) { uint32_t start, pages, done; };
FRAME(smp_call_function) { uint32_t start, pages; };
FRAME(on_each_cpu) { uint32_t start, pages; };

static bool leaves_lazy_mm(const struct world *w, unsigned cpu)
{
	return w->kernel.profile->flush_range == FLUSH_RANGE_IGNORED &&
	       w->kernel.cpu[cpu].lazy_tlb && w->kernel.cpu[cpu].active_mm;
}

void flush_done(struct world *w, unsigned cpu)
{
	w->kernel.stats.ipi_received++;
	world_event(w, cpu, EVENT_FLUSH_DONE, cpu, 0, 0);
}

/* arch/x86/kernel/tlb_32.c; runs on every CPU, the requester's too. */
OP(do_flush_tlb_all)
{
	BEGIN
	STEP("__flush_tlb_all();")
	f->cr4 = w->machine.cpu[c->cpu].cr4;
	if (f->cr4 & CR4_PGE) {
		machine_write_cr4(&w->machine, c->cpu, f->cr4 & ~CR4_PGE);
		STEP("\t/* CR4.PGE off: all entries went */")
		machine_write_cr4(&w->machine, c->cpu, f->cr4);
	} else {
		machine_write_cr3(&w->machine, c->cpu, w->machine.cpu[c->cpu].cr3);
	}
	if (leaves_lazy_mm(w, c->cpu)) {
		STEP("if (cpu_tlbstate.state == TLBSTATE_LAZY) leave_mm(cpu);")
		leave_mm(w, c->cpu);
	}
	flush_done(w, c->cpu);
	END
}

/* arch/x86/mm/tlb.c, 6.1 */
OP(do_kernel_range_flush)
{
	BEGIN
	for (f->done = 0; f->done < f->pages; f->done++) {
		STEP("flush_tlb_one_kernel(addr);")
		machine_invlpg(&w->machine, c->cpu, f->start + f->done * PAGE_SIZE);
	}
	flush_done(w, c->cpu);
	END
}

OP(smp_call_function_interrupt)
{
	BEGIN
	STEP("func(info);")
	if (w->kernel.call_data.pages)
		CALL(do_kernel_range_flush, .start = w->kernel.call_data.start,
		     .pages = w->kernel.call_data.pages);
	else
		CALL(do_flush_tlb_all, 0);
	STEP("/* tell the CPU that waits */")
	{
		struct cpu *cpu = &w->machine.cpu[c->cpu];

		machine_ack(&w->machine, c->cpu, &cpu->frame[cpu->nesting - 1]);
		w->kernel.call_data.finished++;
		w->kernel.call_data.cycle = cpu->cycle;
	}
	END
}

/* Sends the IPI to every other CPU. */
static void send_call_function_ipis(struct world *w, unsigned self)
{
	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		if (i != self)
			machine_ipi(&w->machine, self, i, CALL_FUNCTION_VECTOR, 0);
}

OP(smp_call_function)
{
	BEGIN
	if (w->machine.nr_cpus == 1)
		RETURN(0);
	STEP("spin_lock(&call_function_lock);")
	SPIN_LOCK(&w->kernel.call_lock, CALL_FUNCTION_LOCK);
	w->kernel.call_data = (struct call_data){
		.expected = w->machine.nr_cpus - 1, .start = f->start, .pages = f->pages
	};
	STEP("send_call_func_ipi(mask);")
	fr->cause = world_event(w, c->cpu, EVENT_FLUSH_REQUEST, w->machine.nr_cpus - 1, f->start,
	                        f->pages);
	w->machine.log.cause = fr->cause;
	send_call_function_ipis(w, c->cpu);
	STEP("/* wait for the others */")
	WAIT_FOR(w->kernel.call_data.finished == w->kernel.call_data.expected);
	machine_stall(&w->machine, c->cpu, w->kernel.call_data.cycle, STALL_ANSWERS);
	STEP("spin_unlock(&call_function_lock);")
	spin_unlock(w, c->cpu, &w->kernel.call_lock, CALL_FUNCTION_LOCK);
	END
}

/* kernel/softirq.c */
OP(on_each_cpu)
{
	BEGIN
	STEP("preempt_disable();")
	inc_preempt_count(w, c->cpu);
	STEP("smp_call_function(func, info, wait);")
	CALL(smp_call_function, .start = f->start, .pages = f->pages);
	STEP("local_irq_disable();")
	w->machine.cpu[c->cpu].eflags_if = false;
	STEP("func(info);")
	if (f->pages)
		CALL(do_kernel_range_flush, .start = f->start, .pages = f->pages);
	else
		CALL(do_flush_tlb_all, 0);
	STEP("local_irq_enable();")
	w->machine.cpu[c->cpu].eflags_if = true;
	STEP("preempt_enable();")
	dec_preempt_count(w, c->cpu);
	END
}

/* How many pages to drop one by one; 0 = flush everything. */
static uint32_t pages_to_invalidate(const struct world *w, uint32_t start, uint32_t end)
{
	uint32_t pages = (end - start) / PAGE_SIZE;

	if (w->kernel.profile->flush_range == FLUSH_RANGE_IGNORED ||
	    pages > TLB_SINGLE_PAGE_FLUSH_CEILING)
		return 0;
	return pages;
}

OP(flush_tlb_kernel_range)
{
	BEGIN
	STEP("on_each_cpu(do_flush_tlb_all, NULL, 1);")
	CALL(on_each_cpu, .start = f->start,
	     .pages = pages_to_invalidate(w, f->start, f->end));
	END
}
