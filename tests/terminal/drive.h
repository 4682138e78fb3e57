/*
 * The real program on a pseudo terminal, driven by another: for what tmux is too slow for, or too
 * kind. $KMAPLAB names the program.
 */
#ifndef KMAPLAB_TESTS_TERMINAL_DRIVE_H
#define KMAPLAB_TESTS_TERMINAL_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#define LAB_SEEN 65536

struct lab {
	pid_t pid;
	int master, slave;     /* the slave stays open here: its settings are looked at afterwards */
	struct termios before;
	char seen[LAB_SEEN];   /* the last that the program wrote */
	size_t nr_seen;
	size_t bytes;          /* all that it wrote */
	int status;            /* of the wait, once it has ended */
};

/** Starts it in a terminal of that type, size and locale, with an option (may be NULL). Exits with
 * 99 when that is impossible. */
void lab_start(struct lab *l, const char *term, const char *locale, int rows, int cols,
               const char *option);

/** Types bytes; what the program writes meanwhile is read. */
void lab_type(struct lab *l, const char *keys, size_t n);
/** The same for a string. */
void lab_types(struct lab *l, const char *keys);

/** Changes the terminal's size. */
void lab_resize(struct lab *l, int rows, int cols);

/** Reads what comes, until nothing has for so many milliseconds. Returns the bytes. */
size_t lab_quiet(struct lab *l, int milliseconds);

/** Reads until the program has written a text, for at most so many milliseconds. */
bool lab_sees(struct lab *l, const char *text, int milliseconds);

/** Reads once what is there, waiting at most so many milliseconds. Returns the bytes. */
size_t lab_read(struct lab *l, int milliseconds);

/** Forgets what was seen. */
void lab_forget(struct lab *l);

/** Waits for its end, for at most so many milliseconds; false when it goes on (it is then killed). */
bool lab_ends(struct lab *l, int milliseconds);

/** Whether the terminal's settings are what they were. */
bool lab_as_before(const struct lab *l);

/** Closes what is open. */
void lab_release(struct lab *l);

#endif
