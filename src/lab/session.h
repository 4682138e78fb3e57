/*
 * The session: one world, everything that was ever done to it, and the way back.
 *
 * A world changes in three ways only: it is booted, an operation is started on it, a CPU takes a
 * step. The session is the one place through which these go; it writes them down, and since a
 * world is deterministic, the notes and a few clones along the way give every earlier moment
 * again, exactly: the nearest clone before it, and the steps since.
 *
 *	boot ──●──────●──────●──────● present        ● a clone, every so many inputs
 *	               \
 *	                ●─────● another branch: what was typed after a `back`
 *
 * A position on the timeline is the number of inputs (starts and steps) since the boot. After a
 * `back`, new input starts a new branch; the old one stays reachable by its number.
 */
#ifndef KMAPLAB_LAB_SESSION_H
#define KMAPLAB_LAB_SESSION_H

#include "kernel/world.h"

struct session;

/** An empty session: nothing is booted yet. Owned by the caller. */
struct session *session_new(void);
void session_free(struct session *s);

/** Boots a new world and begins a new timeline. On failure the session is as it was. Reads the
 * profile, CPU model and cost table through the data folder (cached for the session's life). */
bool session_boot(struct session *s, const struct boot_config *c, struct message *m);

/** The world of the present position; NULL before the first boot. Good until the next change. */
const struct world *session_world(const struct session *s);

/* --- changing the world ----------------------------------------------------------------------- */

/* Each of these is written down and can be undone by going back. Those that can be refused leave
 * everything as it was and say why. */

/** Starts `op` in the topmost context of a CPU (see world_start), unless the CPU is not ready. */
bool session_start(struct session *s, unsigned cpu, const struct op *op, const void *locals,
                   struct message *m);

/** Creates a task on a CPU and starts `op` in it; `held`: it moves only by being stepped. Its
 * number, or 0 when there is no room. */
unsigned session_spawn(struct session *s, unsigned cpu, const char *comm, bool held,
                       const struct op *op, const void *locals);

/** Lets go of a held task: it runs with the others from now on. */
void session_release_task(struct session *s, unsigned task);

/** After the shell of a CPU fell asleep in a command: names that task after the command and gives
 * the CPU another shell. Returns the sleeping task's number. */
unsigned session_background(struct session *s, unsigned cpu, const char *comm);

/** Makes a task current on its CPU (see world_switch_to). */
bool session_switch_to(struct session *s, unsigned task, struct message *m);

/** Who runs where (see kernel/resched.h). `task` 0: a shell of the CPU; `next` 0: the kernel
 * chooses. */
bool session_become(struct session *s, unsigned cpu, unsigned task, struct message *m);
bool session_preempt(struct session *s, unsigned cpu, unsigned next, struct message *m);
bool session_migrate(struct session *s, unsigned task, unsigned cpu, struct message *m);

/** Enters and leaves an interrupt context by command (see world_enter_context). */
bool session_enter_context(struct session *s, unsigned cpu, enum context_kind kind,
                           struct message *m);
bool session_exit_context(struct session *s, unsigned cpu, struct message *m);

/** What can be broken on purpose, so that lessons and tests can show that somebody notices. */
enum knob {
#define KNOB(name, where, setting, doc) KNOB_##name,
#include "lab/knobs.def"
#undef KNOB
	KNOBS,
};
void session_set_knob(struct session *s, enum knob knob, bool value);
bool session_knob(const struct session *s, enum knob knob);
/** Its name as a setting, "broken.ignore_invlpg", and what it does; NULL behind the last. */
const char *knob_name(enum knob knob);
const char *knob_doc(enum knob knob);

/** One step on a CPU. */
enum step_result session_step(struct session *s, unsigned cpu);

/** Lets a CPU take an interrupt that was sent to it, and nothing else (see world_interrupt). */
enum step_result session_interrupt(struct session *s, unsigned cpu);

/** Why a run came back. */
enum run_end {
	RUN_DONE,        /* the context or task has nothing left to do */
	RUN_BLOCKED,     /* it sleeps, or spins on somebody who cannot move */
	RUN_OOPS,        /* its CPU halted */
	RUN_INTERRUPTED, /* the caller's stop function said so (^C) */
	RUN_LIMIT,       /* too many steps */
	RUN_VIOLATED,    /* an invariant does not hold (see paranoid.h) */
};

/** Asked now and then during a run; true stops it. */
typedef bool stop_fn(void *ctx);
void session_set_stop(struct session *s, stop_fn *fn, void *ctx);
/** What it says now; false when there is none. For whoever gives one command after the other. */
bool session_stop_asked(const struct session *s);

/**
 * Runs until the context on top of `cpu`, as it is now, has finished its operation. The CPU whose
 * clock is behind goes first; other CPUs only take interrupts.
 */
enum run_end session_run_cpu(struct session *s, unsigned cpu);
/** The same for a task, wherever it runs. */
enum run_end session_run_task(struct session *s, unsigned task);
/** Runs all runnable tasks that nobody holds until nothing can run. */
enum run_end session_run_all(struct session *s);

/* --- the timeline ----------------------------------------------------------------------------- */

/** The present position, the end of this branch, and the number of steps taken at a position. */
uint32_t session_position(const struct session *s);
uint32_t session_end(const struct session *s);

/** Goes to a position of this branch, 0..session_end(). */
void session_goto(struct session *s, uint32_t position);
/** The first position at which `step` steps have been taken; false when there is none. */
bool session_find_step(struct session *s, uint32_t step, uint32_t *position);

/** The world at any position, without going there. Good until the next call of this or any other
 * function of the session. */
const struct world *session_peek(struct session *s, uint32_t position);

/** Marks the present position as the beginning of a command; `line` is kept. The mark is written with
 * the command's first input: a command that changes nothing leaves none, and forks nothing. */
void session_mark(struct session *s, const char *line);
/** The last mark before a position: its position and line; false when there is none. */
bool session_mark_before(const struct session *s, uint32_t position, uint32_t *mark,
                         const char **line);

/** Branches: their number, the present one, and going to another one's end. */
unsigned session_branches(const struct session *s);
unsigned session_branch(const struct session *s);
/** What a branch is called for ever: its number moves up when an older one is given up. */
unsigned session_branch_id(const struct session *s, unsigned branch);
bool session_switch_branch(struct session *s, unsigned branch);
/** Where the session is: a way back that outlives boots and forks. */
struct session_place {
	bool booted;
	unsigned branch; /* its id, not its number: those of others change when an old one goes */
	uint32_t position;
};
struct session_place session_place(const struct session *s);
/** Goes there again; stays where it is when nothing had been booted, or the branch is gone. */
void session_return(struct session *s, const struct session_place *place);

/** Where a branch left its parent, and the line that began it. */
void session_branch_info(const struct session *s, unsigned branch, unsigned *parent,
                         uint32_t *fork, uint32_t *end);

/* --- the chosen CPU --------------------------------------------------------------------------- */

/** The CPU that commands run on unless they say otherwise, as it was chosen at or before the present
 * position; 0 when nobody chose. */
unsigned session_cpu(const struct session *s);
/** Chooses it from the present position on; `cpu` is one of the machine's. Begins no branch. */
void session_choose_cpu(struct session *s, unsigned cpu);

/* --- names ------------------------------------------------------------------------------------ */

enum value_kind { VALUE_NONE, VALUE_PAGE, VALUE_VA, VALUE_NUMBER };

struct value {
	enum value_kind kind;
	uint64_t n; /* pfn, virtual address, number */
};

/** Binds a name at the present position; it is unknown before it, and on other branches. */
bool session_bind(struct session *s, const char *name, struct value v, struct message *m);
/** What a name means at the present position; kind VALUE_NONE when it means nothing. */
struct value session_lookup(const struct session *s, const char *name);
/** Name `i` that is known now, in order of binding; NULL behind the last. */
const char *session_name(const struct session *s, unsigned i, struct value *v);
/** How many names session_name() knows, old meanings of rebound ones included. */
unsigned session_names(const struct session *s);
/** The next free page name: "p0", "p1", ... */
void session_next_page_name(const struct session *s, char *buf, size_t size);
/** The newest name of a pfn, or NULL. */
const char *session_page_name(const struct session *s, uint64_t pfn);

#endif
