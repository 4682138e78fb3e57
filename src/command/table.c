/*
 * All commands: the tables of the cmd_*.c files, one behind the other. Parser, completion, help
 * and the tests read them through here; there is no other list of commands anywhere.
 */
#include "command/interp.h"

#include <string.h>

static const struct command *const tables[] = {
	boot_commands,    see_commands,    memory_commands, kmap_commands,  atomic_commands,
	patch_commands,   vmalloc_commands, zone_commands,
	access_commands,  walk_commands,   context_commands, run_commands,  explore_commands,
	time_commands,
	device_commands,  io_commands,     print_commands,  help_commands,   front_commands,
	man_commands,
	process_commands, syscall_commands,
};

const struct command *command_get(unsigned i)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct command *c = tables[t]; c->name; c++)
			if (i-- == 0)
				return c;
	return NULL;
}

const struct command *command_find(const char *name)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct command *c = tables[t]; c->name; c++)
			if (strcmp(c->name, name) == 0)
				return c;
	return NULL;
}

unsigned command_names(const char **names)
{
	unsigned n = 0;

	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (const struct command *c = tables[t]; c->name && n < COMMANDS_MAX; c++)
			names[n++] = c->name;
	return n;
}
