/*
 * `set paranoid on`: the invariants of kernel/invariants.h, asked after every input of a session, and
 * one more that only a session can ask: that its notes give the same world again.
 */
#ifndef KMAPLAB_LAB_PARANOID_H
#define KMAPLAB_LAB_PARANOID_H

#include "kernel/invariants.h"
#include "lab/session.h"

/** From now on, each step and action is followed by the checks that are cheap enough; the first that
 * fails stops whatever runs (RUN_VIOLATED). `except`: invariants that are not asked. */
void session_set_paranoid(struct session *s, bool on, uint32_t except);
bool session_paranoid(const struct session *s);

/** Asks all invariants of the present world, the costly ones too, and whether replaying it from the
 * checkpoint before gives the same world, bit for bit. For the end of a command. False, and the
 * violation is kept, when one does not hold or one was found before. */
bool session_check(struct session *s);

/** What was found since session_forget_violation(); its invariant is NULL when nothing was. */
const struct violation *session_violation(const struct session *s);
void session_forget_violation(struct session *s);

/** To be called with the CPU that an input was about (timeline.h). */
void paranoid_after_input(struct session *s, unsigned cpu);

/** The name and documentation of the invariant that only a session has. */
#define INVARIANT_REPLAY "replay"
#define INVARIANT_REPLAY_DOC                                                                      \
	"The inputs since the last checkpoint, done again, give the same world, bit for bit."

#endif
