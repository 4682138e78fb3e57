/*
 * on_each_cpu(), smp_call_function() and the flushes of kernel mappings.
 *
 * A CPU that changed a kernel PTE must make all CPUs forget what their TLBs hold: it sends each an
 * interrupt, waits until all have answered, and flushes its own. 2.6 ignores the range and flushes
 * everything; because kernel entries are global, a CR3 reload is not enough, and CR4.PGE is toggled
 * (2.4 reloads CR3 in between all the same). 6.1 drops up to 33 pages one by one. The requester
 * keeps interrupts enabled while it waits: two CPUs that ask each other would otherwise wait
 * forever.
 *
 *	2.4		call_lock is held from before the IPIs until all are done
 *	2.6.27-2.6.37	a call is put on a list, and call_function_lock held for that only; who is
 *			the last to do it takes it again, to unlink the call. A call to one CPU
 *			goes to that CPU's own queue instead
 *	6.1		each CPU has a queue that needs no lock; the requester does its own part
 *			while the others are on their way, and waits for them last
 *
 * A CPU that only borrows the address space of its last process (lazy TLB) leaves it on the way, up
 * to 2.6.37; 6.1 does that when the CPU switches.
 *
 * Calls are kept by who made them, which is enough for any number in flight: a requester waits for
 * its own. Left out: that one IPI can stand for several calls (each call here has its own), and the
 * lock of a single CPU's queue as a lock: it is held for a line, and charged to who adds the call.
 */
#include "kernel/smp.h"

#include "kernel/tlb.h"
#include "kernel/world.h"

FRAME(do_flush_tlb_all) { uint32_t cr4; };
FRAME(do_kernel_range_flush) { uint32_t start, pages, done; };
FRAME(smp_call_function) { uint32_t start, pages, interrupts, unused; };
FRAME(smp_call_function_held) { uint32_t start, pages, interrupts, unused; };
FRAME(smp_call_function_many_cond) { uint32_t start, pages, interrupts, unused; };
FRAME(smp_call_function_single) { uint32_t start, pages, interrupts, unused; };
FRAME(on_each_cpu) { uint32_t start, pages; };
FRAME(on_each_cpu_cond_mask) { uint32_t start, pages; };
FRAME(flush_tlb_all) { uint32_t start, pages; };

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
		if (w->kernel.profile->flush_reloads_cr3)
			machine_write_cr3(&w->machine, c->cpu, w->machine.cpu[c->cpu].cr3);
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

/* The call that the interrupt being handled is about: its sender's. */
static struct call_data *call_of_interrupt(struct world *w, unsigned cpu)
{
	const struct cpu *m = &w->machine.cpu[cpu];

	return &w->kernel.call_data[m->frame[m->nesting - 1].from];
}

/* Whether this CPU's answer is the last one, and the call on a list that it must be taken from. */
static bool unlinks_call(struct world *w, unsigned cpu)
{
	const struct call_data *call = call_of_interrupt(w, cpu);

	return w->kernel.profile->smp_call == SMP_CALL_QUEUED && call->expected > 1 &&
	       call->finished + 1 == call->expected;
}

OP(smp_call_function_interrupt)
{
	BEGIN
	STEP("func(info);")
	if (call_of_interrupt(w, c->cpu)->pages)
		CALL(do_kernel_range_flush, .start = call_of_interrupt(w, c->cpu)->start,
		     .pages = call_of_interrupt(w, c->cpu)->pages);
	else
		CALL(do_flush_tlb_all, 0);
	if (unlinks_call(w, c->cpu)) {
		STEP("spin_lock(&call_function_lock);")
		SPIN_LOCK(&w->kernel.call_lock, CALL_FUNCTION_LOCK);
		STEP("list_del_rcu(&data->csd.list);")
		STEP("spin_unlock(&call_function_lock);")
		spin_unlock(w, c->cpu, &w->kernel.call_lock, CALL_FUNCTION_LOCK);
	}
	STEP("/* tell the CPU that waits */")
	{
		struct cpu *cpu = &w->machine.cpu[c->cpu];
		struct call_data *call = call_of_interrupt(w, c->cpu);

		machine_ack(&w->machine, c->cpu, &cpu->frame[cpu->nesting - 1]);
		call->finished++;
		call->cycle = cpu->cycle;
	}
	END
}

/* --- asking ----------------------------------------------------------------------------------- */

/* The IPI to every other CPU; what they do is due to the request. */
static void send_call_function_ipis(struct world *w, struct frame *fr, unsigned self)
{
	const struct call_data *call = &w->kernel.call_data[self];

	fr->cause = world_event(w, self, EVENT_FLUSH_REQUEST, call->expected, call->start,
	                        call->pages);
	w->machine.log.cause = fr->cause;
	for (unsigned i = 0; i < w->machine.nr_cpus; i++)
		if (i != self)
			machine_ipi(&w->machine, self, i, CALL_FUNCTION_VECTOR, 0);
}

static void call_fill(struct world *w, unsigned cpu, uint32_t start, uint32_t pages)
{
	w->kernel.call_data[cpu] = (struct call_data){
		.expected = w->machine.nr_cpus - 1, .start = start, .pages = pages
	};
}

static bool all_answered(const struct world *w, unsigned cpu)
{
	return w->kernel.call_data[cpu].finished == w->kernel.call_data[cpu].expected;
}

/* The waiting is over, at the moment of the last answer. */
static void call_end(struct world *w, unsigned cpu)
{
	machine_stall(&w->machine, cpu, w->kernel.call_data[cpu].cycle, STALL_ANSWERS);
	w->kernel.call_data[cpu] = (struct call_data){ 0 };
}

/* local_irq_save(): returns whether they were enabled. */
static bool irq_save(struct world *w, unsigned cpu)
{
	bool interrupts = w->machine.cpu[cpu].eflags_if;

	w->machine.cpu[cpu].eflags_if = false;
	return interrupts;
}

/* arch/i386/kernel/smp.c, 2.4 */
OP(smp_call_function_held)
{
	BEGIN
	STEP("spin_lock(&call_lock);")
	SPIN_LOCK(&w->kernel.call_lock, CALL_FUNCTION_LOCK);
	call_fill(w, c->cpu, f->start, f->pages);
	STEP("send_IPI_allbutself(CALL_FUNCTION_VECTOR);")
	send_call_function_ipis(w, fr, c->cpu);
	STEP("while (atomic_read(&data.finished) != cpus) barrier();")
	WAIT_FOR(all_answered(w, c->cpu));
	call_end(w, c->cpu);
	STEP("spin_unlock(&call_lock);")
	spin_unlock(w, c->cpu, &w->kernel.call_lock, CALL_FUNCTION_LOCK);
	END
}

/* kernel/smp.c, 2.6.27 to 2.6.37: one other CPU; the lock of its queue is held for a line. */
OP(smp_call_function_single)
{
	BEGIN
	call_fill(w, c->cpu, f->start, f->pages);
	STEP("spin_lock(&dst->lock); list_add_tail(&data->list, &dst->list); spin_unlock(&dst->lock);")
	machine_charge(&w->machine, c->cpu, COST_LOCK);
	STEP("arch_send_call_function_single_ipi(cpu);")
	send_call_function_ipis(w, fr, c->cpu);
	STEP("csd_lock_wait(data);")
	WAIT_FOR(all_answered(w, c->cpu));
	call_end(w, c->cpu);
	END
}

/* Likewise: several. */
OP(smp_call_function)
{
	BEGIN
	call_fill(w, c->cpu, f->start, f->pages);
	STEP("spin_lock_irqsave(&call_function_lock, flags);")
	f->interrupts = irq_save(w, c->cpu);
	SPIN_LOCK(&w->kernel.call_lock, CALL_FUNCTION_LOCK);
	STEP("list_add_tail_rcu(&data->csd.list, &call_function_queue);")
	STEP("spin_unlock_irqrestore(&call_function_lock, flags);")
	spin_unlock(w, c->cpu, &w->kernel.call_lock, CALL_FUNCTION_LOCK);
	w->machine.cpu[c->cpu].eflags_if = f->interrupts;
	STEP("arch_send_call_function_ipi(mask);")
	send_call_function_ipis(w, fr, c->cpu);
	STEP("csd_lock_wait(&data->csd);")
	WAIT_FOR(all_answered(w, c->cpu));
	call_end(w, c->cpu);
	END
}

/* kernel/smp.c, 6.1: the requester's own part lies between asking and waiting. */
OP(smp_call_function_many_cond)
{
	BEGIN
	if (w->machine.nr_cpus > 1) {
		call_fill(w, c->cpu, f->start, f->pages);
		STEP("llist_add(&csd->node.llist, &per_cpu(call_single_queue, cpu));")
		STEP("arch_send_call_function_ipi_mask(cfd->cpumask_ipi);")
		send_call_function_ipis(w, fr, c->cpu);
	}
	STEP("local_irq_save(flags);")
	f->interrupts = irq_save(w, c->cpu);
	STEP("func(info);")
	if (f->pages)
		CALL(do_kernel_range_flush, .start = f->start, .pages = f->pages);
	else
		CALL(do_flush_tlb_all, 0);
	STEP("local_irq_restore(flags);")
	w->machine.cpu[c->cpu].eflags_if = f->interrupts;
	if (w->machine.nr_cpus > 1) {
		STEP("for_each_cpu(cpu, cfd->cpumask) csd_lock_wait(csd);")
		WAIT_FOR(all_answered(w, c->cpu));
		call_end(w, c->cpu);
	}
	END
}

/* --- on each CPU ------------------------------------------------------------------------------ */

/* 2.4: arch/i386/kernel/smp.c. Its own part runs with interrupts as they are. */
OP(flush_tlb_all)
{
	BEGIN
	if (w->machine.nr_cpus > 1) {
		STEP("smp_call_function(flush_tlb_all_ipi, 0, 1, 1);")
		CALL(smp_call_function_held, .start = f->start, .pages = f->pages);
	}
	STEP("do_flush_tlb_all_local();")
	CALL(do_flush_tlb_all, 0);
	END
}

/* kernel/softirq.c, later kernel/smp.c */
OP(on_each_cpu)
{
	BEGIN
	STEP("preempt_disable();")
	inc_preempt_count(w, c->cpu);
	if (w->machine.nr_cpus > 1) {
		STEP("smp_call_function(func, info, wait);")
		CALL_THROUGH(w->machine.nr_cpus == 2 ? &smp_call_function_single_op :
		                                       &smp_call_function_op,
		             smp_call_function, .start = f->start, .pages = f->pages);
	}
	STEP("local_irq_disable();")
	w->machine.cpu[c->cpu].eflags_if = false;
	STEP("func(info);")
	CALL(do_flush_tlb_all, 0);
	STEP("local_irq_enable();")
	w->machine.cpu[c->cpu].eflags_if = true;
	STEP("preempt_enable();")
	dec_preempt_count(w, c->cpu);
	END
}

/* kernel/smp.c, 6.1 */
OP(on_each_cpu_cond_mask)
{
	BEGIN
	STEP("preempt_disable();")
	inc_preempt_count(w, c->cpu);
	STEP("smp_call_function_many_cond(mask, func, info, SCF_WAIT | SCF_RUN_LOCAL, cond_func);")
	CALL(smp_call_function_many_cond, .start = f->start, .pages = f->pages);
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

static const struct op *each_cpu(const struct world *w)
{
	static const struct op *const ways[] = { [SMP_CALL_HELD] = &flush_tlb_all_op,
		                                 [SMP_CALL_QUEUED] = &on_each_cpu_op,
		                                 [SMP_CALL_TOGETHER] = &on_each_cpu_cond_mask_op };

	return ways[w->kernel.profile->smp_call];
}

OP(flush_tlb_kernel_range)
{
	BEGIN
	STEP("on_each_cpu(do_flush_tlb_all, NULL, 1); /* 2.4: flush_tlb_all(); */")
	CALL_THROUGH(each_cpu(w), on_each_cpu, .start = f->start,
	             .pages = pages_to_invalidate(w, f->start, f->end));
	END
}
