/*
 * device and io as commands: what they answer, refuse, and what `run` reports; sleeping for a bounce
 * page and going on; undoing; completion.
 */
#include "ask.h"

#include "command/interp.h"

START_TEST(a_write_to_isa_is_bounced)
{
	struct interp *in = ask_new();
	json_t *r;

	ask_ok(in, "boot; alloc highmem; alloc dma; device add isa dma=isa");
	r = ask_ok(in, "n = io write isa p0 p1");
	ck_assert_int_eq(number_at(r, "result.io"), 1);
	ck_assert_str_eq(text_at(r, "result.device"), "isa");
	ck_assert_str_eq(text_at(r, "result.pages.0.page"), "p0");
	ck_assert(json_is_true(at(r, "result.pages.0.bounced")));
	ck_assert_int_lt(strtol(text_at(r, "result.pages.0.bounce_pfn"), NULL, 16), 0x1000);
	ck_assert(json_is_false(at(r, "result.pages.1.bounced")));
	ck_assert(json_is_null(at(r, "result.pages.1.bounce_pfn")));
	ask_ok(in, "expect n == 1; expect stats.bounces == 1; expect stats.bytes_copied == 4096");
	ask_ok(in, "expect io.inflight == 1; expect device[0].busy; expect bounce.pages == 1");
	r = ask_ok(in, "run");
	ck_assert_int_eq(number_at(r, "result.io.0.io"), 1);
	ck_assert_str_eq(text_at(r, "result.io.0.device"), "isa");
	ck_assert(json_is_false(at(r, "result.io.0.failed")));
	ask_ok(in, "expect io.inflight == 0; expect !device[0].busy; expect bounce.pages == 0");
	ask_ok(in, "expect bounce.isa_pool == 16; expect bounce.pool == 64; expect devices == 1");
	ask_ok(in, "expect device[0].bounce_pfn == 0xfff; expect device[0].mask == 0xffffff");
	ask_free(in);
}
END_TEST

/* What one page wrote, another reads; with `block` from another place on the device. */
START_TEST(bytes_go_to_the_device_and_back)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot; alloc highmem 2; device add isa dma=isa; v = kmap p0; u = kmap p1");
	ask_ok(in, "write v 0badcafe; io write isa p0 block=7; run; io read isa p1 block=6; run");
	ck_assert_str_eq(text_at(ask_ok(in, "read u 4"), "result.bytes"), "00000000");
	ask_ok(in, "io read isa p1 block=7");
	ck_assert_str_eq(text_at(ask_ok(in, "read u 4"), "result.bytes"), "00000000");
	ask_ok(in, "run");
	ck_assert_str_eq(text_at(ask_ok(in, "read u 4"), "result.bytes"), "0badcafe");
	ask_free(in);
}
END_TEST

/* More pages than one frame of an operation holds are still one transfer. */
START_TEST(many_pages_are_one_transfer)
{
	struct interp *in = ask_new();
	char line[400] = "io write isa";
	json_t *r;

	ask_ok(in, "boot; alloc highmem 40; device add isa dma=isa");
	for (unsigned i = 0; i < 40; i++)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), " p%u", i);
	r = ask_ok(in, line);
	ck_assert_int_eq(number_at(r, "result.io"), 1);
	ck_assert_uint_eq(json_array_size(at(r, "result.pages")), 40);
	ck_assert_str_eq(text_at(r, "result.pages.39.page"), "p39");
	ask_ok(in, "expect stats.bounces == 40; run; expect count(IO_DONE) == 1");
	ask_ok(in, "expect count(DMA_READ) == 40");
	ask_free(in);
}
END_TEST

/* Blocked is an answer: the task sleeps until `run` has let the first transfer end. */
START_TEST(an_empty_pool_blocks)
{
	struct interp *in = ask_new();
	json_t *r;

	ask_ok(in, "boot ram=256M; alloc normal; device add isa dma=isa");
	ask_error(in, "alloc dma 5000 gfp=__GFP_DMA|__GFP_HIGH");
	ask_ok(in, "io read isa p0 p0 p0 p0 p0 p0 p0 p0 p0 p0 p0 p0 p0 p0 p0 p0");
	ask_ok(in, "expect bounce.isa_pool == 0");
	r = ask_blocked(in, "io write isa p0");
	says(r, "no page left to bounce with");
	ask_ok(in, "expect bounce.waiters == 1; expect task[3].state == sleeping");
	r = ask_ok(in, "run");
	ck_assert_str_eq(text_at(r, "result.finished.0.command"), "io write isa p0");
	ck_assert_int_eq(number_at(r, "result.finished.0.result.io"), 2);
	ck_assert(json_is_true(at(r, "result.finished.0.result.pages.0.bounced")));
	ck_assert_uint_eq(json_array_size(at(r, "result.io")), 2);
	ask_ok(in, "expect bounce.isa_pool == 16; expect bounce.waiters == 0");
	ask_free(in);
}
END_TEST

START_TEST(what_is_wrong_is_said)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot; alloc highmem; device add disk dma=32");
	says(ask_error(in, "device add disk dma=32"), "There is a device 'disk' already");
	says(ask_error(in, "device add other"), "dma=isa");
	says(ask_error(in, "device add other dma=16"), "dma=16");
	says(ask_error(in, "device add other dma=32 limit=low"), "limit=high");
	says(ask_error(in, "device add other dma=32 cpu=2"), "CPUs 0 to 1");
	says(ask_error(in, "device add 4you dma=32"), "no name");
	says(ask_error(in, "device add a_name_that_is_long dma=32"), "15 at most");
	says(ask_error(in, "device remove disk"), "device command");
	says(ask_error(in, "io write dsk p0"), "did you mean 'disk'");
	says(ask_error(in, "io wrote disk p0"), "did you mean 'write'");
	says(ask_error(in, "io write disk p0 nothing"), "nothing");
	says(ask_error(in, "io write disk p0 block=x"), "block=x");
	ask_ok(in, "expect count(IO_SUBMIT) == 0; expect devices == 1");
	ask_ok(in, "device add d2 dma=64; device add d3 dma=64; device add d4 dma=64");
	ask_ok(in, "device add d5 dma=64; device add d6 dma=64; device add d7 dma=64");
	ask_ok(in, "device add d8 dma=64");
	says(ask_error(in, "device add d9 dma=64"), "8 devices");
	ask_free(in);
}
END_TEST

START_TEST(kernel_6_1_says_why_nothing_is_bounced)
{
	struct interp *in = ask_new();
	json_t *r;

	says(ask_ok(in, "boot kernel=6.1; alloc highmem; device add usb dma=32 limit=high"),
	     "the wrong way round");
	r = ask_ok(in, "io write usb p0");
	says(r, "Nothing is bounced. The block layer of 6.1 never bounces");
	ck_assert(json_is_false(at(r, "result.pages.0.bounced")));
	ask_ok(in, "run; expect stats.bounces == 0; expect count(DMA_READ) == 1");
	r = ask_ok(in, "device add isa dma=isa; io write isa p0");
	ck_assert(json_is_true(at(r, "result.failed")));
	says(r, "-EIO");
	ask_free(in);
}
END_TEST

START_TEST(back_undoes_a_transfer)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot; alloc highmem; v = kmap p0; device add isa dma=isa");
	ask_ok(in, "write v 0badcafe; io read isa p0; run");
	ck_assert_str_eq(text_at(ask_ok(in, "read v 4"), "result.bytes"), "00000000");
	ask_ok(in, "back; back"); /* to before the run */
	ck_assert_str_eq(text_at(ask_ok(in, "read v 4"), "result.bytes"), "0badcafe");
	ask_ok(in, "expect io.inflight == 1; run; expect io.inflight == 0");
	ck_assert_str_eq(text_at(ask_ok(in, "read v 4"), "result.bytes"), "00000000");
	ask_free(in);
}
END_TEST

/* The interrupt goes to the CPU that was named, whoever submits. */
START_TEST(the_interrupt_goes_where_it_should)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot; alloc highmem; device add isa dma=isa cpu=1; cpu0: io read isa p0; run");
	ask_ok(in, "expect count(IRQ_DELIVER where cpu == 1) == 1");
	ask_ok(in, "expect count(IRQ_DELIVER where cpu == 0) == 0");
	ask_ok(in, "expect count(SLOT_MAP where cpu == 1) == 1");
	ask_free(in);
}
END_TEST

static bool completes(struct interp *in, const char *line, const char *text)
{
	size_t start, n;
	struct candidate *c = complete(in, line, strlen(line), &start, &n);
	bool found = false;

	for (size_t i = 0; i < n; i++)
		found |= !strcmp(c[i].text, text);
	candidates_free(c, n);
	return found;
}

START_TEST(names_of_devices_complete)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot; alloc highmem; device add disk dma=32");
	ck_assert(completes(in, "dev", "device"));
	ck_assert(completes(in, "device ", "add"));
	ck_assert(completes(in, "device add x dma=", "dma=isa"));
	ck_assert(completes(in, "io w", "write"));
	ck_assert(completes(in, "io write d", "disk"));
	ck_assert(completes(in, "io write disk ", "p0"));
	ck_assert(!completes(in, "io write disk ", "disk"));
	ask_free(in);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_write_to_isa_is_bounced, bytes_go_to_the_device_and_back,
		many_pages_are_one_transfer, an_empty_pool_blocks, what_is_wrong_is_said,
		kernel_6_1_says_why_nothing_is_bounced, back_undoes_a_transfer,
		the_interrupt_goes_where_it_should, names_of_devices_complete,
	};

	return ask_suite("io", tests, LENGTH(tests));
}
