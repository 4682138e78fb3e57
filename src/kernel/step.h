/*
 * Kernel code that runs in steps.
 *
 * An operation (an OP) is a kernel function cut where the outside may look in: between two lines.
 * It is written almost as the kernel writes it,
 *
 *	FRAME(kmap_high) { uint32_t pfn, vaddr; };
 *
 *	OP(kmap_high)
 *	{
 *		BEGIN
 *		STEP("lock_kmap();")               SPIN_LOCK(w->kernel.kmap_lock);
 *		STEP("vaddr = page_address(page)") f->vaddr = page_address(w, f->pfn);
 *		if (!f->vaddr) {
 *			STEP("\tvaddr = map_new_virtual(page);")
 *			CALL(map_new_virtual, .pfn = f->pfn);
 *			f->vaddr = (uint32_t)RESULT;
 *		}
 *		...
 *		RETURN(f->vaddr);
 *		END
 *	}
 *
 * and each STEP is one step of the simulation: it stops before its statements, shows its text as
 * the line about to run, and runs them when the CPU is stepped. What lies between two steps is
 * indivisible. The text is the program: the code view lists the very strings of the STEPs.
 *
 * How it works: a function with a switch over the line where it stopped, so that no C stack is
 * held between steps (the trick is old: Duff's device, Tatham's coroutines). Everything that has
 * to survive a step stands in the FRAME, plain data inside the world, where world_clone() finds
 * it; a C local may be used within one step only. CALL pushes a frame on the context's stack,
 * RETURN pops it. A frame says which op it belongs to and at which line it stopped. A FRAME has no
 * padding between or behind its fields: all its bytes are hashed.
 *
 * Left out: interrupting the middle of a step, and memory ordering: a step is atomic, and all
 * CPUs agree on the order of steps.
 */
#ifndef KMAPLAB_KERNEL_STEP_H
#define KMAPLAB_KERNEL_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct context;
struct frame;

/** Why an operation's function came back to the stepper. */
enum disposition {
	OP_YIELD,    /* stopped before its next step */
	OP_CALL,     /* pushed a frame: go on there */
	OP_RETURN,   /* done: context.result holds what it returned */
	OP_SPIN,     /* waits for somebody else, burning cycles: try again */
	OP_SCHEDULE, /* called schedule(): another task's turn, if it is to sleep */
	OP_OOPS,     /* the kernel found a bug in itself: this CPU halts */
};

typedef enum disposition op_fn(struct world *w, struct context *c, struct frame *fr);

/** A kernel operation. Ops are constants; the linker collects them (see op_count()). */
struct op {
	const char *name; /* the kernel function's */
	const char *file; /* our source file, with line: where its steps stand */
	unsigned line;
	unsigned frame_size;
	op_fn *run;
};

/** One STEP of the source: where it is and what it says. */
struct step_text {
	const char *file;
	unsigned line;
	const char *text;
};

#define FRAME_BYTES 72

/** An activation of an op, on a context's stack. */
struct frame {
	uint16_t op;    /* op_index() */
	uint16_t line;  /* where it goes on; 0 = at the beginning */
	uint32_t cause; /* the CALL event that brought it here */
	uint64_t locals[FRAME_BYTES / 8];
};

#define CONTEXT_DEPTH 16

/** A thread of kernel execution: a task's kernel stack, or an interrupt's. */
struct context {
	uint8_t depth; /* frames in use; 0 = nothing to do */
	uint8_t cpu;   /* where it runs */
	uint16_t task; /* whose stack it is, or whom it interrupted */
	uint32_t cause;
	uint64_t result; /* of the op that returned last */
	struct frame frame[CONTEXT_DEPTH];
};

/* --- writing an op -------------------------------------------------------------------------- */

#define FRAME(name) struct name##_frame

/** Declares an op that another file calls or starts; its FRAME must be visible there too. */
#define DECLARE_OP(name) extern const struct op name##_op

#define OP(name)                                                                                  \
	static enum disposition name##_body(struct world *w, struct context *c, struct frame *fr, \
	                                    struct name##_frame *f);                              \
	static enum disposition name##_run(struct world *w, struct context *c, struct frame *fr)  \
	{                                                                                         \
		return name##_body(w, c, fr, (struct name##_frame *)(void *)fr->locals);          \
	}                                                                                         \
	_Static_assert(sizeof(struct name##_frame) <= FRAME_BYTES, "the frame of " #name);        \
	extern const struct op name##_op;                                                         \
	__attribute__((used, section("kmaplab_ops"), aligned(8))) const struct op name##_op = {   \
		#name, __FILE__, __LINE__, sizeof(struct name##_frame), name##_run                \
	};                                                                                        \
	static enum disposition name##_body(struct world *w, struct context *c, struct frame *fr, \
	                                    struct name##_frame *f)

#define BEGIN                                                                                     \
	(void)w, (void)c, (void)f;                                                                \
	switch (fr->line) {                                                                       \
	case 0:;

#define END                                                                                       \
	}                                                                                         \
	return op_return(c, 0);

/** Stops here; `text` is the line that runs when the CPU is stepped again. */
#define STEP(text_)                                                                               \
	do {                                                                                      \
		static const struct step_text step_here                                           \
			__attribute__((used, section("kmaplab_steps"), aligned(8))) = {           \
				__FILE__, __LINE__, text_                                         \
			};                                                                        \
		fr->line = __LINE__;                                                              \
		return OP_YIELD;                                                                  \
	case __LINE__:;                                                                           \
	} while (0);

/** Runs another op; its result is RESULT afterwards. */
#define CALL(name, ...)                                                                           \
	do {                                                                                      \
		fr->line = __LINE__;                                                              \
		op_push(w, c, &name##_op, &(struct name##_frame){ __VA_ARGS__ });                 \
		return OP_CALL;                                                                   \
	case __LINE__:;                                                                           \
	} while (0)

/** The same for an op chosen at run time (the generation's); `name` gives the frame's shape. */
#define CALL_THROUGH(op_, name, ...)                                                              \
	do {                                                                                      \
		fr->line = __LINE__;                                                              \
		op_push(w, c, (op_), &(struct name##_frame){ __VA_ARGS__ });                      \
		return OP_CALL;                                                                   \
	case __LINE__:;                                                                           \
	} while (0)

#define RESULT (c->result)
#define RETURN(value) return op_return(c, (uint64_t)(value))

/** Spins, in simulated time, until the condition holds. */
#define WAIT_FOR(condition)                                                                       \
	do {                                                                                      \
		fr->line = __LINE__;                                                              \
		__attribute__((fallthrough));                                                     \
	case __LINE__:                                                                            \
		if (!(condition))                                                                 \
			return OP_SPIN;                                                           \
	} while (0)

/** schedule(): sleeps when the task's state says so; goes on here when it runs again. */
#define SCHEDULE()                                                                                \
	do {                                                                                      \
		fr->line = __LINE__;                                                              \
		return OP_SCHEDULE;                                                               \
	case __LINE__:;                                                                           \
	} while (0)

/** When the condition holds, an oops with this text. */
#define OOPS_ON(condition, text)                                                                  \
	do {                                                                                      \
		if (condition) {                                                                  \
			world_oops(w, c, (text));                                                 \
			return OP_OOPS;                                                           \
		}                                                                                 \
	} while (0)

/** What a fault in the kernel's own code is called. */
#define UNABLE_TO_HANDLE "BUG: unable to handle kernel paging request"

/** BUG_ON(): when the condition holds, an oops that names the real kernel's file and line. */
#define BUG_ON(condition, where) OOPS_ON(condition, "kernel BUG at " where "!")

/** out_of_line_bug() of 2.4: a BUG in a header's inline function, which tells its line and then
 * that of __out_of_line_bug() in kernel/panic.c (2.4.27). */
#define OUT_OF_LINE_BUG_ON(condition, line_)                                                      \
	do {                                                                                      \
		if (condition) {                                                                  \
			printk(w, "kernel BUG in header file at line %d", (line_));               \
			world_oops(w, c, "kernel BUG at panic.c:149!");                           \
			return OP_OOPS;                                                           \
		}                                                                                 \
	} while (0)

/* --- the stepper's side --------------------------------------------------------------------- */

/** Pushes a frame for `op` with its locals (op->frame_size bytes) and emits CALL. */
void op_push(struct world *w, struct context *c, const struct op *op, const void *locals);

/** Sets the context's result. Returns OP_RETURN; the stepper pops the frame. */
enum disposition op_return(struct context *c, uint64_t value);

/** The kernel found a bug: logs `text`, emits OOPS, halts the context's CPU. */
void world_oops(struct world *w, struct context *c, const char *text);

/** WARN_ON(): logs `text`, counts and emits WARN; the kernel goes on. */
void world_warn(struct world *w, unsigned cpu, const char *text);

/** All ops the linker found; their indices are stable within one build. */
unsigned op_count(void);
const struct op *op_get(unsigned index);
unsigned op_index(const struct op *op);
const struct op *op_find(const char *name); /* NULL: there is none */

/** The steps of an op in source order: the one after `before` (NULL: the first), or NULL behind the
 * last. */
const struct step_text *op_step(const struct op *op, const struct step_text *before);

/** The text of the step at which a frame has stopped, or NULL (a CALL or a wait). */
const struct step_text *frame_step(const struct frame *fr);

#endif
