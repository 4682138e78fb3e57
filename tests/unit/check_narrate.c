/*
 * Events in words: every kind of both floors can be told, and an argument is shown by its format.
 */
#include "lab.h"

#include "lab/did_you_mean.h"
#include "lab/narrate.h"

static struct world *world;

static void boot(void)
{
	world = lab_boot("ram=2048");
}

/* Asserts what an event says. */
static void tells(struct event e, const char *wanted)
{
	char text[200];

	event_narrate(world, &e, text, sizeof(text));
	ck_assert_str_eq(text, wanted);
}

START_TEST(every_kind_is_told_without_holes)
{
	char text[300], name[32];

	boot();
	for (unsigned kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event_desc *d = event_desc(kind);
		struct event e = { .kind = (uint16_t)kind, .arg = { 1, 1, 1 } };

		if (!d)
			continue;
		event_narrate(world, &e, text, sizeof(text));
		ck_assert_msg(text[0] && !strpbrk(text, "{}|"), "%s: %s", d->name, text);
		for (unsigned i = 0; i < 3; i++)
			ck_assert_msg(!d->arg[i] ||
			              strchr("xpdctos", event_argument(kind, i, name, sizeof(name))),
			              "%s: argument %u has an unknown format", d->name, i);
	}
	lab_free(world);
}
END_TEST

START_TEST(one_is_no_plural)
{
	struct event e = { .kind = EVENT_INVLPG, .arg = { 0xffa01000, 1 } };
	char text[100];

	boot();
	event_narrate(world, &e, text, sizeof(text));
	ck_assert_str_eq(text, "INVLPG ffa01000 drops 1 entry");
	e.arg[1] = 2;
	event_narrate(world, &e, text, sizeof(text));
	ck_assert_str_eq(text, "INVLPG ffa01000 drops 2 entries");
	e = (struct event){ .kind = EVENT_TLB_FLUSH, .arg = { 1, 0, 1 } };
	event_narrate(world, &e, text, sizeof(text));
	ck_assert_str_eq(text, "the TLB is flushed: 1 entry goes, 0 stay");
	lab_free(world);
}
END_TEST

START_TEST(words_of_every_small_enumeration_are_known)
{
	boot();
	for (unsigned kind = 1; kind < EVENT_KINDS; kind++)
		for (unsigned i = 0; event_desc(kind) && i < 3; i++) {
			char name[32];

			if (event_argument(kind, i, name, sizeof(name)) == EVENT_ARG_WORD)
				ck_assert_msg(event_word(kind, i, 1), "%s: {%s} has no words",
				              event_desc(kind)->name, name);
		}
	ck_assert_str_eq(event_word(EVENT_LOCK, 0, ZONE_LOCK), "zone->lock");
	ck_assert_str_eq(event_word(EVENT_CONTEXT_ENTER, 0, CONTEXT_NMI), "nmi");
	ck_assert_ptr_null(event_word(EVENT_LOCK, 0, 99));
	ck_assert_ptr_null(event_word(EVENT_PTE_SET, 0, 1));
	lab_free(world);
}
END_TEST

START_TEST(formats_show_what_a_value_is)
{
	unsigned op = op_index(op_find("kmap_high"));

	boot();
	tells((struct event){ .kind = EVENT_PTE_SET, .arg = { 0xffa01000, 0x163, 0x7f424 } },
	      "the entry of ffa01000 now maps frame 7f424");
	tells((struct event){ .kind = EVENT_CALL, .arg = { op, 1 } }, "kmap_high() begins");
	tells((struct event){ .kind = EVENT_PKMAP_COUNT, .arg = { 1, 2, 1 } },
	      "pkmap_count[1]: 1 becomes 2");
	tells((struct event){ .kind = EVENT_FLUSH_DONE, .arg = { 3 } },
	      "CPU 3 has flushed on request");
	tells((struct event){ .kind = EVENT_FAULT, .arg = { 0x1000, 2, 1 } },
	      "page fault at 00001000, error code 0x2");
	tells((struct event){ .kind = EVENT_LOCK, .arg = { KMAP_LOCK } }, "kmap_lock is taken");
	tells((struct event){ .kind = EVENT_EXIT, .arg = { world->kernel.cpu[0].shell } },
	      "task 3 (sh) ends");
	tells((struct event){ .kind = 0 }, "something unknown happens");
	lab_free(world);
}
END_TEST

START_TEST(a_small_buffer_cuts)
{
	struct event e = { .kind = EVENT_PTE_SET, .arg = { 0xffa01000, 0x163, 0x7f424 } };
	char text[12];

	boot();
	event_narrate(world, &e, text, sizeof(text));
	ck_assert_str_eq(text, "the entry o");
	event_narrate(world, &e, text, 1);
	ck_assert_str_eq(text, "");
	lab_free(world);
}
END_TEST

START_TEST(the_nearest_word_is_found)
{
	static const char *const words[] = { "kmap", "kunmap", "pkmap", NULL, "KMAP_LOCK" };

	ck_assert_str_eq(did_you_mean("kmpa", words, LENGTH(words)), "kmap");
	ck_assert_str_eq(did_you_mean("kunamp", words, LENGTH(words)), "kunmap");
	ck_assert_str_eq(did_you_mean("kmap_lock", words, LENGTH(words)), "KMAP_LOCK");
	ck_assert_ptr_null(did_you_mean("zebra", words, LENGTH(words)));
	ck_assert_ptr_null(did_you_mean("", words, 0));
	ck_assert_uint_eq(edit_distance("abc", "abc"), 0);
	ck_assert_uint_eq(edit_distance("abc", "aBc"), 1);
	ck_assert_uint_eq(edit_distance("abc", "acb"), 2);
	ck_assert_uint_eq(edit_distance("", "abc"), 6);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_kind_is_told_without_holes,
		one_is_no_plural, words_of_every_small_enumeration_are_known,
		formats_show_what_a_value_is,
		a_small_buffer_cuts,
		the_nearest_word_is_found,
	};

	return lab_suite("narrate", tests, LENGTH(tests), NULL, 0);
}
