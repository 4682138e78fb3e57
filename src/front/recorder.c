/*
 * A transcript belongs to one run over one lesson, so the recorder has a recording for the lesson
 * that is open and none otherwise. It is kept in memory also while the recorder is off: whoever
 * turns it on in the middle of a lesson gets all of it, because half a transcript proves nothing.
 */
#include "front/recorder.h"

#include "lab/translate.h"
#include "lesson/recording.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct recorder {
	bool on;
	struct recording *recording; /* of the open lesson, or NULL */
	char path[PATH_MAX];         /* chosen for the next one; "" = none */
};

struct recorder *recorder_new(void)
{
	struct recorder *r = calloc(1, sizeof *r);

	if (!r)
		abort();
	r->on = true;
	return r;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	recording_free(r->recording);
	free(r);
}

bool recorder_choose(struct recorder *r, const char *lesson, struct message *m)
{
	r->path[0] = '\0';
	m->text[0] = '\0';
	if (!r->on)
		return false;
	if (recording_path(lesson, r->path, sizeof r->path, m))
		fail(m, "%s", r->path);
	return *r->path;
}

void recorder_begin(struct recorder *r, const struct lesson_run *run)
{
	struct message m;

	recording_free(r->recording);
	r->recording = run ? recording_new(run) : NULL;
	/* The file is made with the first line; what is wrong with it is said then. */
	if (run && *r->path)
		recording_open(r->recording, r->path, &m);
}

bool recorder_typed(struct recorder *r, const struct lesson_run *run, const char *line,
                    struct message *m)
{
	return r->recording ? recording_typed(r->recording, run, line, m) : true;
}

bool recorder_interrupted(struct recorder *r, const struct lesson_run *run, struct message *m)
{
	return r->recording ? recording_interrupted(r->recording, run, m) : true;
}

/* --- record-transcript ------------------------------------------------------------------------ */

static bool say_state(const struct recorder *r, struct message *m)
{
	const char *file = r->recording ? recording_file(r->recording) : NULL;

	if (file)
		fail(m, _("What you type in this lesson is kept in %s."), file);
	else if (r->recording)
		fail(m, "%s", _("What you type in this lesson is not kept."));
	else
		fail(m, "%s", r->on ? _("No lesson is open. What is typed in the next one is kept.") :
		     _("No lesson is open. What is typed in the next one is not kept."));
	return true;
}

static bool turn_on(struct recorder *r, const char *lesson, struct message *m)
{
	char path[PATH_MAX];

	r->on = true;
	if (!r->recording || recording_file(r->recording))
		return say_state(r, m);
	return recording_path(lesson, path, sizeof path, m) &&
	       recording_open(r->recording, path, m) && say_state(r, m);
}

bool recorder_command(struct recorder *r, const char *what, struct message *m)
{
	const char *lesson = r->recording ? recording_lesson(r->recording) : "";

	if (!what)
		return say_state(r, m);
	if (!strcmp(what, "on"))
		return turn_on(r, lesson, m);
	if (!strcmp(what, "off")) {
		r->on = false;
		if (r->recording)
			recording_close(r->recording);
		return say_state(r, m);
	}
	if (!r->recording)
		return fail(m, "no lesson is open: there is nothing to write into a file");
	return recording_open(r->recording, what, m) && say_state(r, m);
}
