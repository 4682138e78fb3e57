/*
 * The subcommands of the program, from subcommands.def.
 */
#ifndef KMAPLAB_FRONT_SUBCOMMAND_H
#define KMAPLAB_FRONT_SUBCOMMAND_H

struct subcommand {
	const char *name, *arguments, *doc;
	/** Does it; argv[0] is its name. Returns the program's exit status. */
	int (*main)(int argc, char **argv);
};

/** The table; ends with a row whose name is NULL. */
extern const struct subcommand subcommands[];

#define SUBCOMMAND(function, name, arguments, doc) int function##_main(int argc, char **argv);
#include "front/subcommands.def"
#undef SUBCOMMAND

#endif
