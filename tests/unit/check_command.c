/*
 * The command table and the interpreter around it: nothing is undocumented, lines are cut as a
 * shell would, what is wrong is said with its place and changes nothing.
 */
#include "ask.h"

#include "command/help_words.h"
#include "command/interp.h"
#include "command/settings.h"
#include "kernel/world.h"

START_TEST(nothing_is_undocumented)
{
	const struct command *c;

	for (unsigned i = 0; (c = command_get(i)); i++) {
		char *help = help_text(c->name);

		ck_assert_msg(c->group && c->usage && c->summary && c->errors && c->see, "%s", c->name);
		ck_assert_msg(!strncmp(c->usage, c->name, strlen(c->name)), "%s: %s", c->name, c->usage);
		ck_assert_msg(strstr(c->summary, "."), "%s: the summary is no sentence", c->name);
		ck_assert_msg(strstr(c->errors, "."), "%s: errors are no sentence", c->name);
		ck_assert_msg(strcmp(c->example[0], c->example[1]), "%s: two examples", c->name);
		ck_assert_msg(!c->run == (c->prepare && c->answer), "%s runs in two ways", c->name);
		ck_assert_msg(c->max == ARGS_MANY || c->max >= c->min, "%s", c->name);
		ck_assert_msg(!c->max == !c->arg[0], "%s: kinds of arguments", c->name);
		ck_assert_ptr_eq(command_find(c->name), c);
		ck_assert_ptr_nonnull(strstr(help, c->summary));
		free(help);
	}
	ck_assert_ptr_null(command_get(COMMANDS_MAX));
}
END_TEST

START_TEST(what_is_referred_to_is_there)
{
	const struct command *c;
	char word[64];

	for (unsigned i = 0; (c = command_get(i)); i++)
		for (const char *s = c->see; *s; s += strspn(s, " ")) {
			size_t n = strcspn(s, " ");
			char *help;

			snprintf(word, sizeof(word), "%.*s", (int)n, s);
			help = help_text(word);
			ck_assert_msg(help, "%s refers to %s", c->name, word);
			free(help);
			s += n;
		}
}
END_TEST

START_TEST(words_that_people_try_are_explained)
{
	static const struct {
		const char *word, *says;
	} tried[] = {
		{ "KM_USER0", "kmap_atomic p0 KM_USER0" }, { "user0", "KM_USER0" },
		{ "kmap_high", "pkmap_count[PKMAP_NR(vaddr)]++" }, { "kmap_high()", "lock_kmap();" },
		{ "tlb_fresh", "invariant" }, { "invariants", "tlb_fresh" }, { "pkmap.count", "[i]" },
		{ "knobs", "broken.no_wakeup" }, { "keys", "F1" }, { "views", "view [NAME" },
		{ "lessons", "lesson [NAME]" }, { "slots", "KM_BOUNCE_READ" },
		{ "functions", "flush_all_zero_pkmaps" }, { "syntax", "name = COMMAND" },
	};
	const char *name, *doc;

	for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
		char *help = help_text(tried[i].word);

		ck_assert_msg(help && strstr(help, tried[i].says), "help %s says no '%s'",
		              tried[i].word, tried[i].says);
		free(help);
	}
	for (unsigned i = 0; (name = help_word(i, &doc)); i++) {
		char *help = help_text(name);

		ck_assert_msg(help && doc[0], "nothing is said of %s", name);
		free(help);
	}
	ck_assert_ptr_null(help_text("kmap_high(x)"));
}
END_TEST

/* Commands whose examples need a front end, a file, or a state that cannot be made here. */
static bool needs_more(const char *example)
{
	static const char *const words[] = {
		"view", "zoom", "save-", "source", "lesson", "record", "e820 ", "task5",
		"task 5", "forward 3", "back 3", "timeline 1", "goto 12", "race.txt",
	};

	for (size_t i = 0; i < LENGTH(words); i++)
		if (strstr(example, words[i]))
			return true;
	return false;
}

/* Brings about what the examples of a command take for granted. */
static void prepare_for(struct interp *in, const char *name, bool local)
{
	ask_ok(in, local ? "boot kernel=6.1 cpus=4" : "boot cpus=4");
	ask_ok(in, "alloc highmem 3; v = kmap p0; kmap p1; kmap p2");
	if (!strncmp(name, "kunmap_", 7))
		ask_ok(in, local ? "v = kmap_local p0" : "v = kmap_atomic p0");
	if (!strcmp(name, "exit"))
		ask_ok(in, "cpu1: irq; softirq");
	if (strstr(name, "_enable"))
		ask_ok(in, "preempt_disable; local_bh_disable; cpu1: preempt_disable; "
		           "cpu1: local_bh_disable");
}

START_TEST(every_example_works)
{
	const struct command *c;

	for (unsigned i = 0; (c = command_get(i)); i++)
		for (unsigned k = 0; k < 2; k++) {
			bool local = strstr(c->name, "map_local");
			struct interp *in;

			if (needs_more(c->example[k]))
				continue;
			in = ask_new();
			prepare_for(in, c->name, local);
			ask_ok(in, c->example[k]);
			ask_free(in);
		}
}
END_TEST

START_TEST(lines_are_cut_as_a_shell_does)
{
	struct interp *in = ask_new();

	ask_ok(in, "  p = alloc highmem ;; # kmap nothing; really");
	ask_ok(in, "v = kmap p;write v \"a;b#\"  # said");
	ck_assert_str_eq(text_at(ask(in, "read v 4"), "result.bytes"), "613b6223");
	ask_ok(in, "write v 'de ad' be ef");
	ck_assert_str_eq(text_at(ask(in, "read v 4"), "result.bytes"), "deadbeef");
	says(ask_error(in, "print 1; kmap 'p"), "test:1:10: A single quote");
	says(ask_error(in, "x ="), "test:1:4: A command is missing");
	says(ask_error(in, "'' kmap p"), "There is no command ''");
	says(ask_error(in, "print 1; kmpa p"), "test:1:10: There is no command 'kmpa'; did you mean "
	                                       "'kmap'?");
	says(ask_error(in, "cpu1 kmap p"), "write 'cpu1:', with a colon");
	ask_free(in);
}
END_TEST

/* What people bring along from elsewhere leads to a command that there is. */
START_TEST(words_of_other_programs_lead_here)
{
	static const char *const words[] = { "undo", "redo", "ps", "?", "q", "peek", "theme", "ls" };
	struct interp *in = ask_new();

	for (size_t i = 0; i < LENGTH(words); i++) {
		const char *said = text_at(ask_error(in, words[i]), "message"), *at = strchr(said, '`');
		char verb[32] = "";

		ck_assert_msg(at && sscanf(at + 1, "%31[a-z-]", verb) == 1, "%s: %s", words[i], said);
		ck_assert_msg(command_find(verb), "%s: there is no %s", words[i], verb);
	}
	says(ask_error(in, "hint"), "'hint' is said to a lesson, and none is open");
	ask_ok(in, "q = alloc highmem; v = kmap q; n = print 7");
	says(ask_error(in, "q"), "'q' is a page: `page q`");
	says(ask_error(in, "v"), "'v' is an address: `read v`");
	says(ask_error(in, "n"), "'n' is a number: `print n`");
	ask_free(in);
}
END_TEST

START_TEST(an_error_says_what_is_wrong)
{
	struct interp *in = ask_new();

	says(ask_error(in, "page pfn:0xa0"), "lies in a hole of the memory map");
	says(ask_error(in, "page pfn:0x80000"), "the kernel's RAM ends below frame 0x80000");
	says(ask_error(in, "read 99999999999999999999"), "too large a number");
	says(ask_error(in, "print pkmap.count[-1]"), "there is no number -1: the slots");
	says(ask_error(in, "print pkmap"), "names that begin so go on, like pkmap.");
	says(ask_error(in, "print cpu[0]"), "did you mean 'cpu[i].");
	says(ask_error(in, "boot highpte=maybe"), "build options are yes or no");
	says(ask_error(in, "boot 2G"), "'2G' is no KEY=VALUE");
	ask_ok(in, "alloc highmem");
	says(ask_error(in, "kmap_atomic p0 KM_USER"), "did you mean 'KM_USER0'");
	says(ask_error(in, "cpux: kmap p0"), "a CPU in front is written 'cpu1:'");
	says(ask_ok(in, "preempt_enable"), "below 0: more was enabled");
	ask_free(in);
}
END_TEST

START_TEST(bindings_and_cpus_stand_in_front)
{
	struct interp *in = ask_new();

	ask_ok(in, "p = alloc highmem");
	ck_assert_str_eq(text_at(ask_ok(in, "print p == p0"), "message"), "true");
	ask_ok(in, "v = cpu1: kmap_atomic p");
	ck_assert_int_eq(number_at(ask_ok(in, "print cpu[1].slots"), "result.value"), 1);
	ask_ok(in, "cpu1: w = kmap p");
	ck_assert_str_eq(text_at(ask_ok(in, "print w"), "result.value"), "0xffa01000");
	ask_ok(in, "n = print pkmap.used * 7");
	ck_assert_int_eq(number_at(ask_ok(in, "print n"), "result.value"), 7);
	says(ask_error(in, "x = kunmap p"), "gives nothing that 'x' could stand for");
	says(ask_error(in, "cpu2: kmap p"), "There is no CPU 2");
	says(ask_error(in, "cpu1: boot"), "runs on no CPU");
	ask_free(in);
}
END_TEST

/* Going back is to the same moment for who types, too: the CPU that was chosen. */
START_TEST(going_back_brings_back_the_chosen_cpu)
{
	struct interp *in = ask_new();

	ask_ok(in, "p = alloc highmem");
	ask_ok(in, "fork init; fork other cpu=1");
	ck_assert_int_eq(number_at(ask_ok(in, "cpu"), "result.cpu"), 0);
	ask_ok(in, "cpu1: switch other");
	ck_assert_int_eq(number_at(ask_ok(in, "cpu"), "result.cpu"), 1);
	ask_ok(in, "back");
	ck_assert_int_eq(number_at(ask_ok(in, "cpu"), "result.cpu"), 0);
	ask_ok(in, "forward");
	ck_assert_int_eq(number_at(ask_ok(in, "cpu"), "result.cpu"), 1);
	/* What was chosen in between, without anything happening to the machine. */
	ask_ok(in, "cpu 0; kmap p; cpu 1; kmap p; back");
	ck_assert_int_eq(number_at(ask_ok(in, "cpu"), "result.cpu"), 1);
	ask_ok(in, "back");
	ck_assert_int_eq(number_at(ask_ok(in, "cpu"), "result.cpu"), 0);
	/* Another branch has its own. */
	ask_ok(in, "zero p; timeline 0");
	ck_assert_int_eq(number_at(ask_ok(in, "cpu"), "result.cpu"), 1);
	ask_ok(in, "boot cpus=1");
	ck_assert_int_eq(number_at(ask_ok(in, "cpu"), "result.cpu"), 0);
	ask_free(in);
}
END_TEST

START_TEST(an_error_leaves_everything_as_it_was)
{
	static const char *const lines[] = {
		"kmpa", "kmap", "kmap q", "kmap p0 p1", "kmap 0x1000", "kmap pfn:0xfffffffff",
		"kmap @0x10", "kmap pfn:zz", "kunmap q", "kmap_atomic p0 KM_NOTHING",
		"kmap_atomic p0 99", "kmap_local p0", "kunmap_atomic p0", "read 0x1ffffffff",
		"read 0xffffffff 2", "read 0xc0000000 5000", "read p0", "write 0xc0000000",
		"write 0xc0000000 xyz", "write 0xc0000000 abc", "alloc", "alloc nowhere",
		"alloc highmem 0", "alloc highmem 2000000", "alloc highmem gfp=NO",
		"alloc highmem order=11", "alloc highmem colour=red", "free", "free q", "boot ram=1",
		"boot kernel=9.9", "boot split=3g_opt highmem=64g", "boot cpus=99", "boot cpus=x",
		"boot nonsense=yes", "boot e820=/no/such/file", "boot ram=99999999999999999999",
		"boot cmdline=\"mem=\xff\"", "split 5g", "spawn", "spawn kmpa p0", "spawn print 1",
		"spawn steps=x kmap p0", "spawn alloc highmem 2", "step 0", "step cpu9", "step task99",
		"run task99", "exit", "back 9999", "forward", "goto 99999", "goto nowhere",
		"timeline 3", "print", "print 1 +", "expect 0", "expect nothing", "tlb 9", "cpu 9",
		"task 99", "page q", "buddy Nowhere", "set nothing 1", "set speed 1", "set theme pink",
		"set broken.no_wakeup perhaps", "help nothing", "source /no/such/file", "source /dev",
		"view pkmap", "save-screen x", "lesson x", "dmesg 0", "walk 0xc0000000 access=burn",
		"walk 0xc0000000 user=perhaps", "x = zones", "cpu7: kmap p0",
	};
	struct interp *in = ask_new();
	struct session *s = interp_session(in);
	uint64_t hash;
	uint32_t position, events;

	ask_ok(in, "alloc highmem; cpu1: kmap_atomic p0");
	hash = world_hash(session_world(s));
	position = session_position(s);
	events = session_world(s)->machine.log.n;
	for (size_t i = 0; i < LENGTH(lines); i++) {
		json_t *reply = ask_error(in, lines[i]);

		ck_assert_msg(!strncmp(text_at(reply, "message"), "test:1:", 7), "%s: %s", lines[i],
		              text_at(reply, "message"));
		ck_assert_msg(world_hash(session_world(s)) == hash, "%s changed the world", lines[i]);
		ck_assert_msg(session_position(s) == position, "%s moved", lines[i]);
		ck_assert_msg(session_world(s)->machine.log.n == events, "%s was logged", lines[i]);
	}
	ask_free(in);
}
END_TEST

START_TEST(replies_count_events_and_cycles)
{
	struct interp *in = ask_new();
	json_t *reply;

	ask_ok(in, "alloc highmem");
	reply = ask_ok(in, "kmap p0");
	ck_assert_int_gt(number_at(reply, "events"), 5);
	ck_assert_int_gt(number_at(reply, "cycles"), 50);
	ck_assert_str_eq(text_at(reply, "command"), "kmap p0");
	ck_assert_int_eq(number_at(reply, "line"), 1);
	reply = ask_ok(in, "print pkmap.used");
	ck_assert_int_eq(number_at(reply, "events"), 0);
	ck_assert_int_eq(number_at(reply, "cycles"), 0);
	ask_free(in);
}
END_TEST

START_TEST(settings_and_knobs)
{
	struct interp *in = ask_new();
	const char *name, *values, *doc;
	struct message m;

	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++) {
		ck_assert_ptr_nonnull(setting_get(in, name));
		ck_assert_msg(values[0] && strstr(doc, "."), "%s", name);
	}
	ask_ok(in, "set theme light");
	ck_assert_str_eq(setting_get(in, "theme"), "light");
	ask_ok(in, "set broken.no_wrap_flush on");
	ck_assert(session_world(interp_session(in))->kernel.broken.no_wrap_flush);
	ask_ok(in, "back");
	ck_assert_str_eq(setting_get(in, "broken.no_wrap_flush"), "off");
	ck_assert(!setting_set(in, "theme", "pink", &m));
	ck_assert_ptr_null(setting_get(in, "nothing"));
	ask_free(in);
}
END_TEST

/* A violated invariant is the command's error, whatever else it would have said. */
START_TEST(a_paranoid_command_ends_in_an_error)
{
	struct interp *in = ask_new();

	ask_ok(in, "set paranoid on; p = alloc highmem; va = kmap_atomic p KM_USER0; read va 4");
	ask_ok(in, "set broken.ignore_invlpg on");
	says(ask_error(in, "kunmap_atomic p KM_USER0"), "The invariant tlb_flushed does not hold after "
	                                                "step ");
	ask_ok(in, "print steps"); /* what moves nothing is not asked again */
	ask_ok(in, "back");
	says(ask_error(in, "kunmap_atomic p KM_USER0"), "CPU 0, address 0xfff");
	ask_ok(in, "back; set paranoid off; kunmap_atomic p KM_USER0");
	ask_free(in);
}
END_TEST

/* The facts give NR_CPUS=32 for these kernels, and the option that it takes. */
START_TEST(many_cpus_take_bigsmp)
{
	struct interp *in = ask_new();

	says(ask_ok(in, "boot kernel=2.6.32 nr_cpus=9"), "X86_BIGSMP");
	ck_assert_ptr_null(strstr(text_at(ask_ok(in, "boot nr_cpus=8"), "message"), "BIGSMP"));
	ck_assert_ptr_null(strstr(text_at(ask_ok(in, "boot kernel=2.6.27 nr_cpus=32"), "message"),
	                          "BIGSMP"));
	ask_free(in);
}
END_TEST

START_TEST(a_lesson_may_not_touch_files)
{
	struct interp *in = ask_new();

	interp_restrict(in, true);
	says(ask_error(in, "source /etc/hosts"), "a lesson may not");
	says(ask_error(in, "save-screen x"), "a lesson may not");
	says(ask_error(in, "boot e820=/etc/hosts"), "a lesson may not");
	says(ask_error(in, "e820 /etc/hosts"), "a lesson may not");
	interp_restrict(in, false);
	says(ask_error(in, "e820 /etc/hosts"), "/etc/hosts:");
	ask_free(in);
}
END_TEST

START_TEST(the_first_boot_waits_for_a_command)
{
	const char *words[] = { "kernel=6.1", "cpus=4" }, *wrong[] = { "cpus=many" };
	struct interp *in = ask_new();
	struct message m;

	ck_assert(interp_set_boot(in, 2, words, &m));
	ck_assert(!interp_set_boot(in, 1, wrong, &m));
	ck_assert_ptr_null(session_world(interp_session(in)));
	ask_ok(in, "help kmap");
	ck_assert_ptr_null(session_world(interp_session(in)));
	ck_assert_str_eq(text_at(ask_ok(in, "print kernel"), "result.value"), "6.1");
	ck_assert_int_eq(number_at(ask_ok(in, "boot ram=1G"), "result.cpus"), 4);
	ask_free(in);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		nothing_is_undocumented,
		what_is_referred_to_is_there,
		words_that_people_try_are_explained,
		every_example_works,
		lines_are_cut_as_a_shell_does,
		words_of_other_programs_lead_here,
		an_error_says_what_is_wrong,
		bindings_and_cpus_stand_in_front,
		going_back_brings_back_the_chosen_cpu,
		an_error_leaves_everything_as_it_was,
		replies_count_events_and_cycles,
		settings_and_knobs,
		a_paranoid_command_ends_in_an_error,
		many_cpus_take_bigsmp,
		a_lesson_may_not_touch_files,
		the_first_boot_waits_for_a_command,
	};

	return ask_suite("command", tests, LENGTH(tests));
}
