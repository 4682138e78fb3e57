/*
 * The man pages at the prompt: pages of a folder of our own, with the marks of print in them and
 * with what does not belong there.
 */
#include "ask.h"
#include "command/manual.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[32];

static void put(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static void setup(void)
{
	strcpy(folder, "/tmp/kmaplab-man-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("KMAPLAB_MAN", folder, 1);
	put("kmap.9.txt",
	    "KMAP(9)\n\nN\bNA\bAME\n     k\bkm\bma\bap\bp \xe2\x80\x93 map a\n     page\n\nTEXT\n"
	    "     a _\bs_\bl_\bo_\bt of the pool\n     \x1b[31mred\n");
	put("highmem.7.txt",
	    "HIGHMEM(7)\n\nNAME\n     highmem \xe2\x80\x93 the whole story\n     slots\n");
	put("notes", "no page\n");
	put("notes.txt", "no page either\n");
}

static void teardown(void)
{
	static const char *const names[] = { "kmap.9.txt", "highmem.7.txt", "notes", "notes.txt" };
	char path[128];

	for (size_t i = 0; i < LENGTH(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

START_TEST(pages_are_found_in_every_way_of_writing)
{
	static const char *const ways[] = { "kmap", "kmap.9", "kmap(9)", "9 kmap", "KMAP" };
	struct manual m;

	setup();
	manual_read(&m);
	ck_assert_uint_eq(m.n, 2);
	ck_assert_str_eq(m.page[0].name, "highmem");
	ck_assert_str_eq(m.page[1].about, "map a page");
	for (size_t i = 0; i < LENGTH(ways); i++)
		ck_assert_ptr_eq(manual_find(&m, ways[i]), &m.page[1]);
	ck_assert_ptr_null(manual_find(&m, "kmap.7"));
	ck_assert_ptr_null(manual_find(&m, "notes"));
	ck_assert_ptr_null(manual_find(&m, ""));
	ck_assert_ptr_null(manual_find(&m, "("));
	manual_release(&m);
	teardown();
}
END_TEST

START_TEST(print_marks_and_control_characters_go)
{
	struct interp *in = ask_new();
	const char *page;

	setup();
	page = text_at(ask(in, "man kmap"), "message");
	ck_assert_ptr_nonnull(strstr(page, "kmap \xe2\x80\x93 map a"));
	ck_assert_ptr_nonnull(strstr(page, "a slot of the pool"));
	ck_assert_ptr_null(strchr(page, '\b'));
	ck_assert_ptr_null(strchr(page, 0x1b));
	ask_free(in);
	teardown();
}
END_TEST

START_TEST(a_word_is_found_in_all_pages)
{
	struct interp *in = ask_new();
	const char *found;

	setup();
	found = text_at(ask(in, "man search SLOT"), "message");
	ck_assert_ptr_nonnull(strstr(found, "kmap(9)"));
	ck_assert_ptr_nonnull(strstr(found, "highmem(7)"));
	ck_assert_ptr_nonnull(strstr(found, "a slot of the pool"));
	says(ask_ok(in, "man"), "the whole story");
	says(ask_error(in, "man kmpa"), "did you mean 'kmap'?");
	says(ask_error(in, "man walk"), "help walk");
	says(ask_error(in, "man search xyzzy"), "xyzzy");
	ask_free(in);
	teardown();
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		pages_are_found_in_every_way_of_writing,
		print_marks_and_control_characters_go,
		a_word_is_found_in_all_pages,
	};

	return ask_suite("manual", tests, LENGTH(tests));
}
