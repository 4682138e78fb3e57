/*
 * Grading: a transcript is typed again into a fresh world, by nobody, and what came of it is said.
 *
 * A verdict has one check for each prediction and each task of the lesson:
 *
 *	prediction   met when the first answer was right
 *	task         met when its goals held, and nothing forbidden had happened
 *
 * What `skip` had shown before is not met. Hints are counted and cost nothing. Whoever begins the
 * lesson again keeps what was met before. The verdict depends on nothing but the lesson and the
 * lines typed: no clock, no locale, no floating point; effort is bounded in steps of the simulated
 * machine, which are the same everywhere.
 */
#ifndef KMAPLAB_LESSON_GRADE_H
#define KMAPLAB_LESSON_GRADE_H

#include "lesson/lesson.h"
#include "machine/message.h"

/** What became of one prediction or task. */
struct check {
	bool task;
	unsigned number;   /* the lesson's n-th prediction, or task */
	unsigned line;     /* of the lesson's file */
	const char *ask;   /* as it stands in the file; the lesson's */
	bool reached;      /* the reader came to it */
	bool met;
	bool skipped;      /* by `skip`, before it was met */
	unsigned wrong;    /* answers, before it was met */
	unsigned hints;    /* given */
	unsigned commands; /* typed when its goal was reached */
};

struct verdict {
	const char *transcript; /* the file's name; the caller's */
	bool graded;            /* false: `reason` says why not */
	struct message reason;
	unsigned nr, nr_met;    /* all checks are met: nr == nr_met */
	struct check *check;
};

/** Grades a transcript of lesson `l`. `v` is filled in any case; the caller releases it. */
void grade(const struct lesson *l, const char *path, struct verdict *v);
void verdict_release(struct verdict *v);

/** Adds what somebody did later to what he did before, both graded and of the same lesson: what was
 * met stays met, what was shown or answered wrong before is not met later. */
void verdict_add(struct verdict *v, const struct verdict *later);

/** Why a check that is not met is not, in some words. */
const char *check_reason(const struct check *c);

#endif
