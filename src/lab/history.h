/*
 * What was done to a world, written down so that it can be done again: the inputs of a branch.
 *
 * An input is a step of a CPU (nearly all are) or an action. Steps take one word each in a sparse
 * table, actions a record in another; cloning a history, when a branch begins, costs nothing.
 */
#ifndef KMAPLAB_LAB_HISTORY_H
#define KMAPLAB_LAB_HISTORY_H

#include "kernel/world.h"

enum action_kind {
	ACTION_START,
	ACTION_SPAWN,
	ACTION_RELEASE,
	ACTION_BACKGROUND,
	ACTION_SWITCH,
	ACTION_ENTER,
	ACTION_EXIT,
	ACTION_KNOB,
	ACTION_BECOME,
	ACTION_PREEMPT,
	ACTION_MIGRATE,
	ACTION_SHELL,
};

/** An input that is not a step; plain data, `u` by kind. */
struct action {
	uint8_t kind, cpu;
	bool value;       /* SPAWN: held; KNOB: on; ENTER: before what is on its way */
	uint8_t what;     /* ENTER: context kind; KNOB: which */
	uint16_t task, op;
	char comm[TASK_COMM_LEN];
	uint64_t locals[FRAME_BYTES / 8];
};

struct history {
	struct sparse inputs;  /* uint32_t by position: see the bits below */
	struct sparse actions; /* struct action by number */
	uint32_t n, nr_actions;
};

#define ACTION_BIT 0x80000000u    /* the rest is the number of an action */
#define INTERRUPT_BIT 0x40000000u /* the rest is a CPU that only takes an interrupt */
#define LINE_BIT 0x20000000u      /* the rest is a CPU that takes none, and runs a line */
#define STEP_CPU(input) ((input) & ~(INTERRUPT_BIT | LINE_BIT))

/** Appends a step of a CPU (maybe with INTERRUPT_BIT or LINE_BIT), or an action, at position h->n. */
void history_add_step(struct history *h, uint32_t cpu);
void history_add_action(struct history *h, const struct action *a);

/** Makes `dst` (uninitialised) hold the first n inputs of src. */
void history_fork(struct history *dst, const struct history *src, uint32_t n);
void history_release(struct history *h);

/** Does an action to a world. Returns what the action gives (a task's number; 1), 0 when it was
 * refused, with a message and the world unchanged. */
unsigned action_apply(struct world *w, const struct action *a, struct message *m);

/** Takes the step that an input word says. */
enum step_result step_apply(struct world *w, uint32_t input);

/** Does input `position` to a world that is just before it. */
void history_replay(const struct history *h, uint32_t position, struct world *w);

#endif
