/*
 * What the files of the command floor share: the row of a command, a call of one, the interpreter.
 * Others use command/command.h.
 *
 * There are two kinds of command. Most have a function `run` that does what they do. Those that
 * run kernel code have two: `prepare` makes a request of the arguments (which operation, with which
 * locals), `answer` makes sentences and JSON of what the operation left behind. Between the two the
 * operation can run at once, in a new task, step by step, or sleep until a later `run`: that is
 * nobody's business but op.c's, which is why every such command can be spawned.
 */
#ifndef KMAPLAB_COMMAND_INTERP_H
#define KMAPLAB_COMMAND_INTERP_H

#include "command/command.h"
#include "command/line.h"
#include "command/text.h"

/** What an argument or the value of an option is: from this come completion and help. */
enum arg_kind {
	ARG_NONE, ARG_PAGE, ARG_VA, ARG_PAGE_OR_VA, ARG_SLOT, ARG_NUMBER, ARG_SIZE, ARG_CPU, ARG_TASK,
	ARG_CPU_OR_TASK, ARG_ZONE, ARG_GFP, ARG_BYTES, ARG_EXPR, ARG_COMMAND, ARG_TOPIC, ARG_FILE,
	ARG_MANUAL,
	ARG_SETTING, ARG_VALUE, ARG_VIEW, ARG_KERNEL, ARG_SPLIT, ARG_HIGHMEM, ARG_YESNO, ARG_TEXT,
	ARG_CPU_MODEL, ARG_POSITION, ARG_DEVICE, ARG_DEVICE_VERB, ARG_DIRECTION, ARG_DMA, ARG_LIMIT,
	ARG_VIEW_WORD, ARG_LESSON,
	ARG_KINDS,
};

/** key=value that a command takes. */
struct option_row {
	const char *key;
	enum arg_kind kind;
	const char *doc; /* one phrase */
};

/** A kernel operation that a command wants, and what its answer will have to know. Plain data: it
 * waits in the interpreter while the operation sleeps. */
struct request {
	const struct command *command;
	const struct op *op;
	uint64_t locals[FRAME_BYTES / 8];
	char page[NAME_MAX_BYTES + 1]; /* as typed: "p0", "pfn:0x1234" */
	uint64_t pfn, other;
	uint32_t va, n;
	int slot;
};

/** How an operation ended: the world just after it, where it ran, what it returned. */
struct outcome {
	struct session *s;
	const struct world *w;
	unsigned cpu;
	uint64_t result;
};

/** What a command has to say. */
struct answer {
	json_t *result; /* an object, always there */
	struct text message;
	struct value value; /* what a binding gets */
};

struct call;

typedef enum status run_fn(struct call *c);
/** Makes the `i`-th request of a call; may set c->times when i is 0. False after a bad(). */
typedef bool prepare_fn(struct call *c, unsigned i, struct request *r);
/** Says what came out of a request. Returns STATUS_OK or STATUS_ERROR. */
typedef enum status answer_fn(const struct outcome *o, const struct request *r, struct answer *a);

enum {
	NEEDS_WORLD = 1, /* boots the default machine when nothing is booted */
	RAW = 2,         /* all that follows is one argument, as written */
	FILES = 4,       /* reads or writes a file that the user names */
	ANY_OPTION = 8,  /* takes key=value with keys that are not in its table */
	ON_CPU = 16,     /* takes a "cpuN:" in front */
	GIVES = 32,      /* has a page, address or number for "name =" in front */
};

#define ARGS 4
#define ARGS_MANY 255

struct command {
	const char *name, *group, *usage, *summary;
	const char *example[2];
	const char *errors;      /* when it fails; a sentence or two */
	const char *see;         /* names, separated by blanks */
	unsigned char min, max;  /* arguments; ARGS_MANY: any number */
	unsigned flags;
	enum arg_kind arg[ARGS]; /* the last one stands for all that follow */
	const struct option_row *options; /* ends with a NULL key; may be NULL */
	run_fn *run;             /* either this, */
	prepare_fn *prepare;     /* or these two */
	answer_fn *answer;
};

/** The rows of one file; each table ends with a row whose name is NULL. */
extern const struct command boot_commands[], memory_commands[], kmap_commands[], atomic_commands[],
	patch_commands[], vmalloc_commands[], zone_commands[],
	access_commands[], walk_commands[],
	context_commands[], run_commands[], time_commands[], print_commands[], help_commands[],
	man_commands[],
	front_commands[], see_commands[], device_commands[],
	io_commands[], process_commands[], syscall_commands[], explore_commands[];

/** Row `i` of all tables, or NULL behind the last. */
const struct command *command_get(unsigned i);
/** The row by name, or NULL. */
const struct command *command_find(const char *name);
/** The names of all commands; `names` has room for COMMANDS_MAX. Returns how many. */
unsigned command_names(const char **names);
#define COMMANDS_MAX 128u

/** An operation that went to sleep, or was left in the middle, in some task. What became of it is
 * read off the world; this only remembers what was asked and where on the timeline. */
struct background {
	unsigned task;
	uint16_t pid;        /* numbers are given again, pids are not */
	unsigned branch;     /* where it began: its id */
	uint32_t position;
	bool open;           /* was unfinished when the present command began */
	char command[80];
	struct request request;
};

struct interp {
	struct session *session;
	const struct front_ops *front;
	void *front_ctx;
	bool quit, restricted;
	struct boot_config config; /* of the first boot */
	const char *script;        /* name for messages, or NULL */
	unsigned line;             /* its line */
	unsigned nested;           /* `source` within `source` */
	reply_fn *fn;              /* who gets the replies of the present line */
	void *fn_ctx;
	struct background *background;
	size_t nr_background, size_background;
	unsigned last_task;        /* the one that `step` moves; 0 = none */
	struct {
		char *text, *name;
		unsigned line;     /* of its first line, in what the name stands for */
	} program;                 /* the last one that was explored */
	char (*setting)[32];       /* values by row of the settings' table */
};

/** A command being run. */
struct call {
	struct interp *in;
	struct session *s;
	const struct command *command;
	const struct parsed *line;
	unsigned argc;             /* arguments: neither the verb nor options */
	const char *argv[LINE_WORDS];
	unsigned short word[LINE_WORDS]; /* the word that argument is */
	unsigned nr_options;
	struct {
		const char *key, *value; /* key in `keys` */
		unsigned word;
	} option[32];
	char keys[512];
	const char *raw;           /* RAW: the argument; "" when there is none */
	unsigned raw_at;           /* where it begins in the command's text */
	unsigned cpu;
	unsigned times;            /* how many requests the call makes */
	bool first;                /* nothing was booted before it */
	unsigned column;           /* in the line, of what was wrong; 0 = nothing */
	struct answer answer;
};

/** The world of the session's present. */
const struct world *call_world(const struct call *c);

/** Says what is wrong with argument `i` (argc or more: with the command). Returns false. */
bool bad(struct call *c, unsigned i, const char *format, ...) __attribute__((format(printf, 3, 4)));
/** The same for an option. */
bool bad_option(struct call *c, unsigned i, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** The same for byte `at` of a RAW argument. */
bool bad_raw(struct call *c, unsigned at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** Says why the command could not do it. Returns STATUS_ERROR. */
enum status refuse(struct call *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Adds a sentence (or part of one) to the answer. */
#define say(c, ...) text_add(&(c)->answer.message, __VA_ARGS__)

/** Boots the machine if nothing is booted; false with a message. */
bool need_world(struct interp *in, struct message *m);

/** Runs one command of a line that was taken apart; `reply` is filled. */
enum status command_run(struct interp *in, const struct parsed *p, struct reply *reply);

#endif
