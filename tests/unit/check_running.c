/*
 * Operations that do not run in one go: blocked, spawned, stepped, run, undone; and scripts.
 */
#include "ask.h"

#include "command/script.h"
#include "kernel/world.h"

/* A pool of four slots, all of them in use. */
static struct interp *full(void)
{
	struct interp *in = ask_new();

	ask_ok(in, "boot pkmap=4 cpus=2");
	ask_ok(in, "alloc highmem 8; kmap p0; kmap p1; kmap p2; kmap p3");
	return in;
}

/* The timeline keeps 64 branches. What waits began in one that was given up long ago, and nobody
 * looks for it for ever. */
START_TEST(what_waits_in_a_branch_that_is_gone)
{
	struct interp *in = ask_new();

	ask_ok(in, "alloc highmem 2");
	ask(in, "spawn steps=2 kmap p0");
	for (int i = 0; i < 80; i++) {
		ask_ok(in, "alloc highmem");
		ask_ok(in, "back");
	}
	ask_ok(in, "kmap p1");
	ask_free(in);
}
END_TEST

START_TEST(a_kmap_that_sleeps_is_answered_by_run)
{
	struct interp *in = full();
	json_t *reply = ask_blocked(in, "kmap p4");
	long long task = number_at(reply, "result.task");

	says(reply, "sleeps");
	ck_assert_int_eq(number_at(ask_ok(in, "print pkmap.waiters"), "result.value"), 1);
	reply = ask_ok(in, "run");
	ck_assert_uint_eq(json_array_size(at(reply, "result.finished")), 0);
	ck_assert_int_eq(number_at(reply, "result.blocked.0.task"), task);
	ask_ok(in, "kunmap p1");
	reply = ask_ok(in, "run");
	ck_assert_int_eq(number_at(reply, "result.finished.0.task"), task);
	ck_assert_str_eq(text_at(reply, "result.finished.0.command"), "kmap p4");
	ck_assert_str_eq(text_at(reply, "result.finished.0.result.page"), "p4");
	ck_assert_str_eq(text_at(reply, "result.finished.0.result.va"), "0xffc02000");
	says(ask_ok(in, "run"), "Nothing is left");
	ask_free(in);
}
END_TEST

START_TEST(who_sleeps_survives_going_back)
{
	struct interp *in = full();
	json_t *reply;

	ask_blocked(in, "kmap p4");
	ask_ok(in, "kunmap p1; run");
	ask_ok(in, "back");
	reply = ask_ok(in, "run");
	ck_assert_uint_eq(json_array_size(at(reply, "result.finished")), 1);
	ask_ok(in, "back; back; back"); /* before the kmap that slept */
	ck_assert_uint_eq(json_array_size(at(ask_ok(in, "run"), "result.finished")), 0);
	ask_blocked(in, "kmap p5");
	ask_ok(in, "kunmap p2");
	reply = ask_ok(in, "run");
	ck_assert_str_eq(text_at(reply, "result.finished.0.command"), "kmap p5");
	ask_ok(in, "timeline 0");
	ask_ok(in, "timeline");
	ask_free(in);
}
END_TEST

START_TEST(spawn_gives_the_commands_own_result)
{
	struct interp *in = full();
	json_t *reply = ask_ok(in, "spawn cpu1: kmap p0");

	ck_assert_str_eq(text_at(reply, "result.status"), "ok");
	ck_assert_int_gt(number_at(reply, "result.task"), 0);
	ck_assert_str_eq(text_at(reply, "result.result.va"), "0xffc01000");
	ck_assert_str_eq(text_at(reply, "result.va"), "0xffc01000");
	reply = ask_blocked(in, "spawn cpu1: kmap p5");
	ck_assert_str_eq(text_at(reply, "result.status"), "blocked");
	ask_ok(in, "kunmap p3");
	reply = ask_ok(in, "run");
	ck_assert_str_eq(text_at(reply, "result.finished.0.result.page"), "p5");
	ask_free(in);
}
END_TEST

START_TEST(a_held_task_goes_line_by_line)
{
	struct interp *in = ask_new();
	json_t *reply;
	int steps = 0;

	ask_ok(in, "alloc highmem 2");
	reply = ask_ok(in, "spawn steps=2 kmap p0");
	ck_assert_str_eq(text_at(reply, "result.status"), "running");
	ck_assert_uint_eq(json_array_size(at(reply, "result.steps")), 2);
	ck_assert_int_eq(number_at(ask_ok(in, "print page(p0).count"), "result.value"), 0);
	while (number_at(ask_ok(in, "print page(p0).count"), "result.value") == 0 && steps++ < 40) {
		reply = ask_ok(in, "step");
		ck_assert_str_ne(text_at(reply, "result.text"), "");
	}
	ck_assert_int_gt(steps, 5);
	ck_assert_int_lt(steps, 40);
	reply = ask_ok(in, "step 100");
	ck_assert_str_eq(text_at(reply, "result.finished.0.result.page"), "p0");
	ask_error(in, "step");
	ask_free(in);
}
END_TEST

START_TEST(who_spins_is_told_what_for)
{
	struct interp *in = ask_new();
	json_t *reply;

	ask_ok(in, "alloc highmem 2; spawn steps=4 kmap p0");
	ck_assert_int_eq(number_at(ask_ok(in, "print count(LOCK where lock == kmap_lock)"),
	                           "result.value"), 1);
	says(ask_error(in, "kmap p1"), "in the middle of kmap()");
	reply = ask_blocked(in, "cpu1: kmap p1");
	says(reply, "spins on kmap_lock");
	reply = ask_ok(in, "run");
	ck_assert_uint_eq(json_array_size(at(reply, "result.finished")), 2);
	ck_assert_int_eq(number_at(ask_ok(in, "print pkmap.used"), "result.value"), 2);
	ask_free(in);
}
END_TEST

START_TEST(an_interrupt_that_wants_the_lock_it_interrupted_is_told_so)
{
	struct interp *in = ask_new();

	ask_ok(in, "alloc highmem 2; spawn steps=5 kmap p0; irq");
	says(ask_blocked(in, "kmap p1"), "spins on kmap_lock, and will for ever");
	ask_ok(in, "back");
	ask_ok(in, "exit; run");
	ck_assert_int_eq(number_at(ask_ok(in, "print pkmap.used"), "result.value"), 1);
	ask_free(in);
}
END_TEST

START_TEST(an_oops_halts_a_cpu_and_back_undoes_it)
{
	struct interp *in = ask_new();
	json_t *reply;

	ask_ok(in, "alloc highmem; kmap_atomic p0");
	reply = ask(in, "kmap_atomic p0");
	ck_assert_str_eq(text_at(reply, "status"), "oops");
	says(reply, "kernel BUG at ");
	says(reply, "It was in kmap_atomic_prot(), at: ");
	ck_assert_int_eq(number_at(reply, "result.cpu"), 0);
	says(ask_error(in, "kmap p0"), "halted");
	ask_ok(in, "cpu1: kmap p0");
	ask_ok(in, "back; back");
	ck_assert_int_eq(number_at(ask_ok(in, "print stats.oops"), "result.value"), 0);
	ask_ok(in, "kmap p0");
	ask_free(in);
}
END_TEST

START_TEST(time_goes_both_ways)
{
	struct interp *in = ask_new();
	long long steps;

	ask_ok(in, "alloc highmem 2; kmap p0; kmap p1");
	steps = number_at(ask_ok(in, "print steps"), "result.value");
	ask_ok(in, "back 3");
	ck_assert_int_eq(number_at(ask_ok(in, "print steps"), "result.value"), steps - 3);
	ask_ok(in, "forward 2");
	ck_assert_int_eq(number_at(ask_ok(in, "print steps"), "result.value"), steps - 1);
	ask_ok(in, "goto end");
	ask_ok(in, "back; back");
	ck_assert_int_eq(number_at(ask_ok(in, "print pkmap.used"), "result.value"), 0);
	ask_ok(in, "forward");
	ck_assert_int_eq(number_at(ask_ok(in, "print pkmap.used"), "result.value"), 1);
	ask_ok(in, "goto boot");
	ask_error(in, "kmap p0");
	ask_ok(in, "goto end");
	ck_assert_int_eq(number_at(ask_ok(in, "print pkmap.used"), "result.value"), 2);
	ask_free(in);
}
END_TEST

/* --- scripts ---------------------------------------------------------------------------------- */

struct heard {
	unsigned n;
	char text[4000];
};

static void hear(void *ctx, enum status status, const char *text)
{
	struct heard *h = ctx;

	(void)status;
	h->n++;
	snprintf(h->text + strlen(h->text), sizeof(h->text) - strlen(h->text), "%s\n", text);
}

static enum status play(struct interp *in, const char *bytes, size_t n, struct heard *h,
                        bool keep_going)
{
	struct script_options o = { .put = hear, .ctx = h, .keep_going = keep_going };
	FILE *f = tmpfile();
	enum status status;

	*h = (struct heard){ 0 };
	fwrite(bytes, 1, n, f);
	rewind(f);
	status = script_run(in, f, "x.km", &o);
	fclose(f);
	return status;
}

#define PLAY(in, text, h, keep_going) play((in), (text), sizeof(text) - 1, (h), (keep_going))

START_TEST(a_script_stops_where_it_fails)
{
	struct interp *in = ask_new();
	struct heard h;

	ck_assert_int_eq(PLAY(in, "print 1\r\n\n# no\nkmpa\nprint 2\n", &h, false), STATUS_ERROR);
	ck_assert_str_eq(h.text, "1\nx.km:4:1: There is no command 'kmpa'; did you mean 'kmap'?\n");
	ck_assert_int_eq(PLAY(in, "print 1\nkmpa\nprint 2", &h, true), STATUS_ERROR);
	ck_assert_uint_eq(h.n, 3);
	ck_assert_int_eq(PLAY(in, "print 1; quit\nprint 2", &h, true), STATUS_OK);
	ck_assert_str_eq(h.text, "1\n");
	ask_free(in);
}
END_TEST

START_TEST(what_is_no_text_is_refused_with_its_place)
{
	static char longer[9000];
	struct interp *in = ask_new();
	struct heard h;

	ck_assert_int_eq(PLAY(in, "print 1\nprint \x01\n", &h, false), STATUS_ERROR);
	ck_assert_ptr_nonnull(strstr(h.text, "x.km:2:7: this byte is no text"));
	ck_assert_int_eq(PLAY(in, "print 1\0\n", &h, false), STATUS_ERROR);
	ck_assert_ptr_nonnull(strstr(h.text, "x.km:1:8:"));
	ck_assert_int_eq(PLAY(in, "caf\xc3", &h, false), STATUS_ERROR);
	memset(longer, 'x', sizeof(longer));
	ck_assert_int_eq(play(in, longer, sizeof(longer), &h, true), STATUS_ERROR);
	ck_assert_ptr_nonnull(strstr(h.text, "longer than 4000 bytes"));
	ck_assert_uint_eq(h.n, 1);
	ask_free(in);
}
END_TEST

START_TEST(the_trace_has_every_event)
{
	struct interp *in = ask_new();
	struct script_options o = { .trace = tmpfile() };
	char line[1000];
	unsigned n = 0;

	script_run_line(in, "alloc highmem; kmap p0; read p0; kunmap p0", 1, &o);
	rewind(o.trace);
	while (fgets(line, sizeof(line), o.trace)) {
		json_t *e = json_loads(line, 0, NULL);

		ck_assert_int_eq(number_at(e, "seq"), n + 1);
		ck_assert_ptr_nonnull(text_at(e, "kind"));
		ck_assert_ptr_nonnull(text_at(e, "text"));
		json_decref(e);
		n++;
	}
	ck_assert_uint_eq(n, session_world(interp_session(in))->machine.log.n);
	fclose(o.trace);
	ask_free(in);
}
END_TEST

START_TEST(scripts_may_read_scripts_but_not_for_ever)
{
	char path[] = "/tmp/kmaplab-XXXXXX", line[64];
	struct interp *in = ask_new();
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	fprintf(f, "source %s\n", path);
	fclose(f);
	snprintf(line, sizeof(line), "source %s", path);
	ask_error(in, line);
	f = fopen(path, "w");
	fputs("alloc highmem\nkmap p0\n", f);
	fclose(f);
	ck_assert_int_eq(number_at(ask_ok(in, line), "result.commands"), 2);
	ck_assert_int_eq(number_at(ask_ok(in, "print pkmap.used"), "result.value"), 1);
	remove(path);
	ask_free(in);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_waits_in_a_branch_that_is_gone,
		a_kmap_that_sleeps_is_answered_by_run,
		who_sleeps_survives_going_back,
		spawn_gives_the_commands_own_result,
		a_held_task_goes_line_by_line,
		who_spins_is_told_what_for,
		an_interrupt_that_wants_the_lock_it_interrupted_is_told_so,
		an_oops_halts_a_cpu_and_back_undoes_it,
		time_goes_both_ways,
		a_script_stops_where_it_fails,
		what_is_no_text_is_refused_with_its_place,
		the_trace_has_every_event,
		scripts_may_read_scripts_but_not_for_ever,
	};

	return ask_suite("running", tests, LENGTH(tests));
}
