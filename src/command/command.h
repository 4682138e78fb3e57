/*
 * The command language: one table of commands, one way to run a line.
 *
 * From the table come the parser, completion, in-app help, the reference pages, and the test that
 * nothing is undocumented. A key in the curses front end is a command with a shortcut.
 */
#ifndef KMAPLAB_COMMAND_COMMAND_H
#define KMAPLAB_COMMAND_COMMAND_H

#include "lab/did_you_mean.h"
#include "lab/expr.h"
#include "lab/session.h"

#include <jansson.h>

enum status { STATUS_OK, STATUS_BLOCKED, STATUS_ERROR, STATUS_OOPS };

/** What a command answered. */
struct reply {
	unsigned line;       /* of the script, from 1 */
	enum status status;
	char *command;       /* as typed, trimmed */
	json_t *result;      /* object, or NULL */
	char *message;       /* sentences for a person, may have several lines; never NULL */
	uint32_t events;     /* that it caused */
	uint64_t cycles;     /* that it took on the CPU it ran on */
	uint32_t from, to;   /* positions on the timeline before and after it */
};

/** "ok", "blocked", "error", "oops". */
const char *status_name(enum status s);

/** The reply as CONTRACT.md's JSON object; new reference. */
json_t *reply_json(const struct reply *r);

struct interp;

/** Called for each command of a line, in order, when it has finished. */
typedef void reply_fn(void *ctx, const struct reply *r);

/** What commands ask of whoever shows things; any may be NULL ("not here" is then the answer). */
struct front_ops {
	bool (*save_screen)(void *ctx, const char *path, struct message *m);
	bool (*view)(void *ctx, const char *name, struct message *m);
	/** Gives the chosen pane all the room, or the others theirs again. */
	bool (*zoom)(void *ctx, struct message *m);
	/** Whether there is a theme of that name; and the names of all, for completion. */
	bool (*theme)(void *ctx, const char *name, struct message *m);
	void (*themes)(void *ctx, char *names, size_t size);
	const char *(*view_name)(void *ctx, unsigned i); /* for completion; NULL behind the last */
	const char *(*view_doc)(void *ctx, unsigned i);  /* what it shows, in a phrase */
	/** For completion: word `i` that can be said to the lesson that is open, or (`verb` false) the name
	 * of lesson `i`, with what it is; NULL behind the last. */
	const char *(*lesson_word)(void *ctx, bool verb, unsigned i, const char **doc);
	bool (*lesson)(void *ctx, int argc, const char *const *argv, struct reply *r);
	/** "on", "off", a file or NULL; `m` gets what there is to say, also when all went well. */
	bool (*record)(void *ctx, const char *what, struct message *m);
	/** Films the screen into a file, or ends that when `path` is NULL. */
	bool (*film)(void *ctx, const char *path, struct message *m);
	/** Keeps the settings for the next start; `m` gets where. */
	bool (*save_settings)(void *ctx, struct message *m);
	/** Hears how far a command is that takes long. */
	void (*progress)(void *ctx, const char *text);
	void (*quit)(void *ctx);
};

/** An interpreter on a session (not owned). */
struct interp *interp_new(struct session *s);
void interp_free(struct interp *in);
void interp_set_front(struct interp *in, const struct front_ops *ops, void *ctx);
struct session *interp_session(const struct interp *in);

/** The words of the first boot ("ram=4G", ...), before anything is booted: what the options of the
 * program say. The first command that needs a machine boots it so, if no `boot` came before; a
 * `boot` keeps what it is not told. False when a word is wrong; nothing is booted then or now. */
bool interp_set_boot(struct interp *in, unsigned argc, const char *const *words,
                     struct message *m);

/** Boots the default machine with these words changed, whatever was booted before: a lesson's
 * machine is the same for everybody. No word may name a file. False with a message when it is
 * impossible; everything is then as it was. */
bool interp_boot_fresh(struct interp *in, unsigned argc, const char *const *words,
                       struct message *m);

/** Boots as above if nothing is booted yet: for a front end that shows the machine at once. */
bool interp_boot(struct interp *in, struct message *m);

/** The CPU that commands without a `cpuN:` prefix run on. */
unsigned interp_cpu(const struct interp *in);

/** Gives the program that `explore` without a file explores: a lesson's block of threads. `name` and
 * `line` (of its first line) are for messages; all are copied. */
void interp_program(struct interp *in, const char *name, unsigned line, const char *text);

/** Refuses the commands that read or write files from now on, or allows them again: for lessons,
 * whose commands are a stranger's. */
void interp_restrict(struct interp *in, bool restricted);

/**
 * Runs one line of text: commands separated by ';', comments, bindings. `number` is its line
 * number for messages, `name` the script's name or NULL. Calls `fn` for each command. A command
 * that fails ends the line. Returns the worst status.
 */
enum status interp_line(struct interp *in, const char *name, unsigned number, const char *text,
                        reply_fn *fn, void *ctx);

/** True once `quit` was given. */
bool interp_quit(const struct interp *in);

/** One candidate of a completion. */
struct candidate {
	char *text;        /* the whole word */
	char *description; /* one phrase */
};

/** What could stand at byte `cursor` of `line`: sorted; the caller frees with candidates_free().
 * `*start` is where the word to be replaced begins. */
struct candidate *complete(const struct interp *in, const char *line, size_t cursor, size_t *start,
                           size_t *n);
void candidates_free(struct candidate *c, size_t n);

/** What could be typed behind a line that is being typed: the rest of the usage of the command at its
 * end, "PAGE [TYPE]"; "" when nothing could, or when its last word is not finished. */
void command_hint(const char *line, char *buf, size_t size);
/** What the first command of a line does, in a sentence; "" when it is none. */
const char *command_summary(const char *line);

/** The help text of a command, topic or observable; malloc'ed; NULL when there is none. */
char *help_text(const char *topic);

/** A setting's present value as text (`set` commands), or NULL when there is no such setting. */
const char *setting_get(const struct interp *in, const char *name);
/** Changes a setting as `set NAME VALUE` does. */
bool setting_set(struct interp *in, const char *name, const char *value, struct message *m);

/** A refusal as it goes out: its place in front (`script` may be NULL: none), an upper-case letter where
 * it begins with a word and not with the name of a command or a setting, a full stop behind. `text`
 * has `n` bytes. The caller frees it. */
char *refusal_text(const struct interp *in, unsigned column, const char *text, size_t n);

#endif
