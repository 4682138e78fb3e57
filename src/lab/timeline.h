/*
 * The inside of a session: branches of history, the clones along them, marks and names. Only the
 * files that implement session.h include this.
 */
#ifndef KMAPLAB_LAB_TIMELINE_H
#define KMAPLAB_LAB_TIMELINE_H

#include "lab/history.h"
#include "lab/paranoid.h"
#include "lab/session.h"

/** How many clones a branch keeps; when there are more, every second one goes. */
#ifndef CHECKPOINTS
#define CHECKPOINTS 128u
#endif
/** How far apart they are at first, in inputs. */
#ifndef CHECKPOINT_INTERVAL
#define CHECKPOINT_INTERVAL 32u
#endif
/** How many branches are kept, boots included; the oldest go. */
#define BRANCHES 64u

/** A clone, shared by the branches that have this moment in common. */
struct checkpoint {
	unsigned refs;
	uint32_t position;
	struct world world;
};

struct mark {
	uint32_t position;
	char *line;
};

struct name {
	uint32_t position;
	unsigned page_names; /* how many p0, p1, ... there are, this one included */
	uint32_t older;      /* index + 1 of the next older name in its bucket, 0 = none */
	struct value value;
	char text[32];
};

struct choice {
	uint32_t position;
	unsigned cpu;
};

struct branch {
	unsigned id, parent; /* parent == id: a boot */
	uint32_t fork;
	struct history history;
	uint32_t interval;
	unsigned nr_checkpoints;
	struct checkpoint *checkpoint[CHECKPOINTS];
	unsigned nr_marks, marks_room;
	struct mark *mark;
	unsigned nr_names, names_room;
	struct name *name;
	uint32_t *names_bucket; /* of names_room: index + 1 of the newest name in it, 0 = none */
	unsigned nr_choices, choices_room;
	struct choice *choice; /* of the CPU that commands run on */
};

/** What was read from the data folder, kept for as long as the session lives. */
struct library;

struct session {
	struct world world; /* of the present position */
	bool booted;
	uint32_t position;
	struct branch *now;                 /* the present branch */
	struct branch *branch[BRANCHES];
	unsigned nr_branches, next_id;
	struct world peek;                  /* another position, for looking */
	struct branch *peek_branch;         /* NULL: nothing there */
	uint32_t peek_position;
	char *mark;                         /* of the command in progress, until its first input */
	stop_fn *stop;
	void *stop_ctx;
	bool paranoid;                      /* the invariants are asked; see paranoid.h */
	uint32_t paranoid_except;
	struct violation violation;         /* what was found */
	struct library *library;
};

/** Does an action, and writes it down unless it was refused (see action_apply). */
unsigned session_act(struct session *s, const struct action *a, struct message *m);
/** Takes the step that an input word says, written down when it changed something. */
enum step_result session_input(struct session *s, uint32_t input);

/** Begins a new timeline whose first world is `w` (taken over). */
void timeline_boot(struct session *s, struct world *w);
/** To be called before an input is written down (refused ones are not): forks when the present is
 * not the end of its branch, and writes the mark that waits. */
void timeline_before_input(struct session *s);
/** To be called when it was, with the world that it led to in s->world. */
void timeline_after_input(struct session *s);
/** The hash of the present world as the last checkpoint before it and the inputs since give it. */
uint64_t timeline_replay_hash(const struct session *s);
/** Frees all branches and the worlds in them. */
void timeline_free(struct session *s);

/** Copies the names that are known at a position; used when a branch forks. */
void names_fork(struct branch *to, const struct branch *from, uint32_t position);
/** Copies the choices of a CPU up to a position, likewise. */
void choices_fork(struct branch *to, const struct branch *from, uint32_t position);

#endif
