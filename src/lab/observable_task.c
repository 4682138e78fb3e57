/*
 * Observables of what runs: tasks, and the contexts of the CPUs.
 *
 * preempt_count is one word with several counters in it (preempt_disable, softirq, hardirq, NMI);
 * it is given as the number it is, so that `cpu[0].preempt_count == 0` asks what in_atomic() asks.
 */
#include "lab/observe.h"
#include "lab/words.h"

static bool cpu_index(const struct world *w, uint64_t index, struct message *m)
{
	return observe_index(index, w->machine.nr_cpus, "CPUs", m);
}

OBSERVE(cpu_preempt_count)
{
	return cpu_index(w, index, m) && observed(o, OBS_COUNT, preempt_count(w, (unsigned)index));
}

OBSERVE(cpu_context)
{
	return cpu_index(w, index, m) &&
	       observed_word(o, context_kind_name(cpu_context_kind(w, (unsigned)index)));
}

OBSERVE(cpu_task)
{
	return cpu_index(w, index, m) && observed(o, OBS_COUNT, w->kernel.cpu[index].current);
}

OBSERVE(cpu_halted)
{
	return cpu_index(w, index, m) && observed(o, OBS_BOOL, w->kernel.cpu[index].halted);
}

static bool task_index(const struct world *w, uint64_t index, struct message *m)
{
	return observe_index(index, (uint64_t)w->kernel.nr_tasks + 1, "tasks", m);
}

OBSERVE(tasks)
{
	uint64_t n = 0;

	(void)index, (void)m;
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++) {
		const struct task *t = task_get(w, i);

		n += t->pid && t->state != TASK_DEAD && t->state != TASK_UNUSED;
	}
	return observed(o, OBS_COUNT, n);
}

OBSERVE(task_state)
{
	return task_index(w, index, m) &&
	       observed_word(o, word_for(&task_words, task_get(w, (unsigned)index)->state));
}

OBSERVE(task_cpu)
{
	return task_index(w, index, m) &&
	       observed(o, OBS_COUNT, task_get(w, (unsigned)index)->cpu);
}

OBSERVE(task_preempt_count)
{
	return task_index(w, index, m) &&
	       observed(o, OBS_COUNT, task_get(w, (unsigned)index)->preempt_count);
}

OBSERVE(task_kmaps)
{
	int16_t idx;

	if (!task_index(w, index, m))
		return false;
	idx = task_get(w, (unsigned)index)->kmap_ctrl.idx;
	return observed(o, OBS_COUNT, idx > 0 ? (uint64_t)idx : 0);
}

OBSERVE(task_mm)
{
	return task_index(w, index, m) &&
	       observed(o, OBS_COUNT, task_get(w, (unsigned)index)->mm);
}

OBSERVE(cpu_mm)
{
	return cpu_index(w, index, m) && observed(o, OBS_COUNT, w->kernel.cpu[index].active_mm);
}

OBSERVE(cpu_lazy)
{
	return cpu_index(w, index, m) && observed(o, OBS_BOOL, w->kernel.cpu[index].lazy_tlb);
}

/* --- address spaces --------------------------------------------------------------------------- */

static bool mm_index(uint64_t index, struct message *m)
{
	return observe_index(index, MAX_MMS, "address spaces", m);
}

OBSERVE(mm_users)
{
	return mm_index(index, m) && observed(o, OBS_COUNT, mm_get(w, (unsigned)index)->mm_users);
}

OBSERVE(mm_pgd)
{
	return mm_index(index, m) && observed(o, OBS_ADDRESS, mm_get(w, (unsigned)index)->pgd);
}

OBSERVE(mm_rss)
{
	return mm_index(index, m) && observed(o, OBS_COUNT, mm_get(w, (unsigned)index)->rss);
}

OBSERVE(mm_nr_ptes)
{
	return mm_index(index, m) && observed(o, OBS_COUNT, mm_get(w, (unsigned)index)->nr_ptes);
}

OBSERVE(mm_cpus)
{
	uint64_t n = 0;

	if (!mm_index(index, m))
		return false;
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		n += mm_get(w, (unsigned)index)->cpu_vm_mask >> cpu & 1;
	return observed(o, OBS_COUNT, n);
}
