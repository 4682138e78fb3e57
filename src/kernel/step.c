/*
 * The stepper's bookkeeping: the tables of ops and steps, and the frames on a context's stack.
 *
 * Ops and step texts are constants that the compiler puts into two sections of their own; the
 * linker sets __start_ and __stop_ symbols around each, so nobody has to keep a list. An op's
 * steps are those of its file between its own line and the next op's.
 */
#include "kernel/step.h"

#include "kernel/world.h"

#include <assert.h>
#include <string.h>

/* Bits of EFLAGS: one that always reads as 1, and the interrupt flag. */
#define EFLAGS_FIXED 0x00000002u
#define EFLAGS_IF 0x00000200u

extern const struct op __start_kmaplab_ops[], __stop_kmaplab_ops[];
extern const struct step_text __start_kmaplab_steps[], __stop_kmaplab_steps[];

unsigned op_count(void)
{
	return (unsigned)(__stop_kmaplab_ops - __start_kmaplab_ops);
}

const struct op *op_get(unsigned index)
{
	return index < op_count() ? &__start_kmaplab_ops[index] : NULL;
}

unsigned op_index(const struct op *op)
{
	return (unsigned)(op - __start_kmaplab_ops);
}

const struct op *op_find(const char *name)
{
	for (unsigned i = 0; i < op_count(); i++)
		if (!strcmp(__start_kmaplab_ops[i].name, name))
			return &__start_kmaplab_ops[i];
	return NULL;
}

/* The line of the op that follows in the same file, or UINT_MAX. */
static unsigned next_op_line(const struct op *op)
{
	unsigned end = UINT32_MAX;

	for (const struct op *o = __start_kmaplab_ops; o < __stop_kmaplab_ops; o++)
		if (o->line > op->line && o->line < end && !strcmp(o->file, op->file))
			end = o->line;
	return end;
}

const struct step_text *op_step(const struct op *op, const struct step_text *before)
{
	unsigned from = before ? before->line : op->line, end = next_op_line(op);
	const struct step_text *next = NULL;

	for (const struct step_text *s = __start_kmaplab_steps; s < __stop_kmaplab_steps; s++)
		if (s->line > from && s->line < end && !strcmp(s->file, op->file)) {
			next = s;
			end = s->line;
		}
	return next;
}

const struct step_text *frame_step(const struct frame *fr)
{
	const struct op *op = op_get(fr->op);

	for (const struct step_text *s = __start_kmaplab_steps; s < __stop_kmaplab_steps; s++)
		if (s->line == fr->line && !strcmp(s->file, op->file))
			return s;
	return NULL;
}

void op_push(struct world *w, struct context *c, const struct op *op, const void *locals)
{
	struct frame *fr;

	assert(c->depth < CONTEXT_DEPTH); /* ops do not recurse; the deepest chain is shorter */
	fr = &c->frame[c->depth++];
	*fr = (struct frame){ .op = (uint16_t)op_index(op) };
	memcpy(fr->locals, locals, op->frame_size);
	fr->cause = world_event(w, c->cpu, EVENT_CALL, fr->op, c->depth, 0);
}

enum disposition op_return(struct context *c, uint64_t value)
{
	c->result = value;
	return OP_RETURN;
}

/* show_registers(): those that this machine has. EIP stands at a function of ours. */
static void show_registers(struct world *w, const struct context *c)
{
	const struct cpu *cpu = &w->machine.cpu[c->cpu];
	const struct task *task = cpu_current(w, c->cpu);

	printk(w, "CPU:    %u", c->cpu);
	printk(w, "EIP is at %s", c->depth ? op_get(c->frame[c->depth - 1].op)->name : "nowhere");
	printk(w, "EFLAGS: %08x", cpu->eflags_if ? EFLAGS_FIXED | EFLAGS_IF : EFLAGS_FIXED);
	printk(w, "CR0: %08x CR2: %08x CR3: %08x CR4: %08x", cpu->cr0, cpu->cr2, (uint32_t)cpu->cr3,
	       cpu->cr4);
	printk(w, "Process %s (pid: %d, preempt_count: %08x)", task->comm, task->pid,
	       task->preempt_count);
}

void world_oops(struct world *w, struct context *c, const char *text)
{
	uint32_t line = w->kernel.dmesg.n + 1;

	printk(w, "------------[ cut here ]------------");
	printk(w, "%s", text);
	show_registers(w, c);
	printk(w, "Call Trace:");
	for (unsigned i = c->depth; i-- > 0;)
		printk(w, " [<%s>]", op_get(c->frame[i].op)->name);
	w->kernel.cpu[c->cpu].halted = true;
	w->kernel.stats.oops++;
	world_event(w, c->cpu, EVENT_OOPS, line, 0, 0);
}

void world_warn(struct world *w, unsigned cpu, const char *text)
{
	printk(w, "%s", text);
	w->kernel.stats.warnings++;
	world_event(w, cpu, EVENT_WARN, w->kernel.dmesg.n - 1, 0, 0);
}
