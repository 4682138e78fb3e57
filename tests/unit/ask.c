/*
 * Asking an interpreter; see ask.h.
 */
#include "ask.h"

static json_t *last;

struct interp *ask_new(void)
{
	return interp_new(session_new());
}

void ask_free(struct interp *in)
{
	struct session *s = interp_session(in);

	json_decref(last);
	last = NULL;
	interp_free(in);
	session_free(s);
}

static void keep(void *ctx, const struct reply *r)
{
	(void)ctx;
	json_decref(last);
	last = reply_json(r);
	ck_assert_ptr_nonnull(last);
}

json_t *ask(struct interp *in, const char *line)
{
	json_decref(last);
	last = NULL;
	interp_line(in, "test", 1, line, keep, NULL);
	ck_assert_msg(last, "no answer to: %s", line);
	return last;
}

static json_t *ask_for(struct interp *in, const char *line, const char *status)
{
	json_t *reply = ask(in, line);

	ck_assert_msg(!strcmp(text_at(reply, "status"), status), "%s: %s instead of %s: %s", line,
	              text_at(reply, "status"), status, text_at(reply, "message"));
	return reply;
}

json_t *ask_ok(struct interp *in, const char *line)
{
	return ask_for(in, line, "ok");
}

json_t *ask_error(struct interp *in, const char *line)
{
	return ask_for(in, line, "error");
}

json_t *ask_blocked(struct interp *in, const char *line)
{
	return ask_for(in, line, "blocked");
}

json_t *at(json_t *json, const char *path)
{
	char key[64];

	for (const char *s = path; json && *s; s += *s == '.') {
		size_t n = strcspn(s, ".");

		snprintf(key, sizeof(key), "%.*s", (int)n, s);
		json = json_is_array(json) ? json_array_get(json, strtoul(key, NULL, 10)) :
		                             json_object_get(json, key);
		s += n;
	}
	ck_assert_msg(json, "nothing is at %s", path);
	return json;
}

const char *text_at(json_t *json, const char *path)
{
	const char *s = json_string_value(at(json, path));

	ck_assert_msg(s, "%s is no string", path);
	return s;
}

long long number_at(json_t *json, const char *path)
{
	json_t *n = at(json, path);

	ck_assert_msg(json_is_integer(n), "%s is no number", path);
	return json_integer_value(n);
}

void says(json_t *reply, const char *text)
{
	const char *message = text_at(reply, "message");

	ck_assert_msg(strstr(message, text), "\"%s\" is not in: %s", text, message);
}

int ask_suite(const char *name, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
