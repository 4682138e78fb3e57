/*
 * The lesson is played through with its own answers, and while that goes on its file is read a
 * second time, node by node of its Markdown: what is prose there is copied line by line, what is a
 * block is replaced by what became of it. Since prose is read between two stops of the run, its
 * expressions see the world that a reader would see.
 */
#include "config.h"

#include "lesson/weave.h"

#include "lab/translate.h"
#include "lesson/prose.h"
#include "lesson/running.h"

#include <stdlib.h>
#include <string.h>

#define BLANK "______________________________"
#define PROMPTS 3u       /* to be filled in, at least */
#define PROMPTS_MOST 12u

struct weaver {
	const struct weaving *w;
	struct lesson *l;
	struct lesson_run *run;
	FILE *out, *heard;     /* `heard`: what the present block says, or NULL */
	const char *text;      /* the file */
	unsigned offset;       /* lines of it in front of the Markdown */
	unsigned part, note;   /* the next of each */
	unsigned questions, tasks;
	struct problems *p;
};

/* --- listening -------------------------------------------------------------------------------- */

/* What belongs to the block that is being dealt with: the run has not gone on to the next yet. */
static bool listening(const struct weaver *wv)
{
	return wv->heard && wv->run && wv->run->at == wv->part;
}

/* Commands have the prompt in front of each of their lines. */
static void put_command(FILE *out, const char *text)
{
	struct source_line line = { NULL, 0, 0 };

	while (source_next(text, &line))
		fprintf(out, "lab> %.*s\n", (int)line.size, line.start);
}

static void hear_say(void *ctx, enum say_kind kind, const char *text)
{
	struct weaver *wv = ctx;

	if (!listening(wv))
		return;
	if (kind == SAY_COMMAND)
		put_command(wv->heard, text);
}

static void hear_reply(void *ctx, const struct reply *reply)
{
	struct weaver *wv = ctx;

	if (listening(wv) && *reply->message)
		fprintf(wv->heard, "%s\n", reply->message);
}

static void hear_fault(void *ctx, unsigned line, const char *text)
{
	struct weaver *wv = ctx;

	problem(wv->p, line, 0, "%s", text);
}

/* --- writing ---------------------------------------------------------------------------------- */

/* A text of the lesson's with its values in it. */
static void put_text(struct weaver *wv, const char *before, const char *text, const char *behind)
{
	struct inline_scope scope = run_scope(wv->run);
	struct message m;
	char *expanded = inline_expand(text, &scope, &m);

	fprintf(wv->out, "%s%s%s", before, expanded ? expanded : "", behind);
	free(expanded);
}

/* A fence that is longer than any row of backquotes in what it holds. */
static void put_fenced(FILE *out, const char *text)
{
	size_t longest = 2, n;

	for (const char *s = text; *s; s += n ? n : 1) {
		n = strspn(s, "`");
		longest = n > longest ? n : longest;
	}
	for (int end = 0; end < 2; end++) {
		for (n = 0; n <= longest; n++)
			putc('`', out);
		fprintf(out, "\n%s", end ? "\n" : text);
	}
}

/* Begins to listen; what was heard is the caller's at the end, and freed. */
static char *listen_to(struct weaver *wv, bool (*act)(struct weaver *wv))
{
	char *text = NULL;
	size_t size;

	wv->heard = open_memstream(&text, &size);
	if (!wv->heard)
		abort();
	if (!act(wv))
		problem(wv->p, wv->l->part[wv->part].line, 0, "the lesson cannot be played here");
	fclose(wv->heard);
	wv->heard = NULL;
	return text;
}

/* --- blocks ----------------------------------------------------------------------------------- */

/* A block with one command says only its answer: who reads on a screen has seen the command. */
static bool act_run(struct weaver *wv)
{
	const struct part *part = run_part(wv->run);

	if (part->kind == PART_RUN && part->nr_fields == 1) {
		char *line = run_command_text(wv->run, part->field[0].value);

		put_command(wv->heard, line ? line : "");
		free(line);
	}
	lesson_run_next(wv->run);
	return wv->run->at > wv->part;
}

static bool act_solve(struct weaver *wv)
{
	return lesson_run_solve(wv->run, hear_reply, wv);
}

static void weave_run(struct weaver *wv, const struct part *part)
{
	char *text;

	if (part->kind == PART_THREADS)
		put_fenced(wv->out, part_value(part, KEY_PROGRAM));
	text = listen_to(wv, act_run);
	if (*text)
		put_fenced(wv->out, text);
	free(text);
}

static void put_why(struct weaver *wv, const struct part *part)
{
	const char *why = part_value(part, KEY_WHY);

	if (why)
		put_text(wv, "", why, "\n\n");
}

static void weave_question(struct weaver *wv, const struct part *part)
{
	const struct field *choice;
	char right[80] = "";

	fprintf(wv->out, _("**Question %u.** "), ++wv->questions);
	put_text(wv, "", part_value(part, KEY_ASK), "\n\n");
	for (unsigned i = 0; (choice = part_field(part, KEY_CHOICE, i)); i++) {
		char letter[16];

		snprintf(letter, sizeof letter, "- **%c)** ", 'a' + (int)(i % 26));
		put_text(wv, letter, choice->value, "\n");
	}
	if (part_field(part, KEY_CHOICE, 0))
		putc('\n', wv->out);
	lesson_run_right_answer(wv->run, right, sizeof right);
	if (wv->w->answers) {
		fprintf(wv->out, "%s %s%s\n\n", _("**Answer:**"), right,
		        part_field(part, KEY_CHOICE, 0) ? ")" : "");
		put_why(wv, part);
	} else {
		fprintf(wv->out, "%s %s\n\n", _("Answer:"), BLANK);
	}
	free(listen_to(wv, act_solve));
	lesson_run_next(wv->run);
}

/* As many prompts as the author's way takes, so that nobody feels watched by one. */
static void put_prompts(FILE *out, const struct part *part)
{
	const char *par = part_value(part, KEY_PAR);
	unsigned long n = par ? strtoul(par, NULL, 0) : PROMPTS;

	n = n < PROMPTS ? PROMPTS : n > PROMPTS_MOST ? PROMPTS_MOST : n;
	fputs("```\n", out);
	while (n--)
		fputs("lab>\n", out);
	fputs("```\n\n", out);
}

static void weave_task(struct weaver *wv, const struct part *part)
{
	char *text;

	fprintf(wv->out, _("**Task %u.** "), ++wv->tasks);
	put_text(wv, "", part_value(part, KEY_ASK), "\n\n");
	text = listen_to(wv, act_solve);
	if (wv->w->answers) {
		put_fenced(wv->out, text);
		put_why(wv, part);
	} else {
		put_prompts(wv->out, part);
	}
	free(text);
	lesson_run_next(wv->run);
}

static void weave_show(struct weaver *wv, const struct part *part)
{
	char name[64] = "", *text;
	unsigned cols = 0, rows = 0;

	sscanf(part->field[0].value, "%63s %ux%u", name, &cols, &rows);
	text = wv->w->screen ? wv->w->screen(wv->w->ctx, wv->run->s, name, cols, rows) : NULL;
	if (text)
		put_fenced(wv->out, text);
	else
		problem(wv->p, part->line, 0, "there is no view %s to show", name);
	free(text);
}

static void weave_block(struct weaver *wv)
{
	const struct part *part = &wv->l->part[wv->part];

	switch (part->kind) {
	case PART_RUN:
	case PART_THREADS: weave_run(wv, part); break;
	case PART_PREDICT: weave_question(wv, part); break;
	case PART_TASK: weave_task(wv, part); break;
	case PART_SHOW: weave_show(wv, part); break;
	default: break; /* views and expectations are nothing on paper */
	}
}

/* --- the file, node by node ------------------------------------------------------------------- */

/* Lines [first, behind) of the file; the last may be missing. */
static char *cut_lines(const struct weaver *wv, unsigned first, unsigned behind)
{
	struct source_line line = { NULL, 0, 0 };
	const char *start = NULL, *end = NULL;

	while (source_next(wv->text, &line)) {
		if (line.number == first)
			start = line.start;
		if (line.number >= first && line.number < behind)
			end = line.start + line.size;
	}
	return start && end > start ? strndup(start, (size_t)(end - start)) : strdup("");
}

static unsigned line_of(const struct weaver *wv, cmark_node *node)
{
	return node ? (unsigned)cmark_node_get_start_line(node) + wv->offset : UINT32_MAX;
}

/* The line behind a node's: link definitions between two nodes are in neither. */
static void weave_prose(struct weaver *wv, cmark_node *node)
{
	char *text = cut_lines(wv, line_of(wv, node), line_of(wv, cmark_node_next(node)));

	for (size_t n = strlen(text); n && text[n - 1] == '\n';)
		text[--n] = '\0';
	put_text(wv, "", text, "\n\n");
	free(text);
}

static void weave_note(struct weaver *wv, cmark_node *node)
{
	const char *html = cmark_node_get_literal(node);

	if (strncmp(html, "<!-- note:", 10) != 0 || wv->note == wv->l->nr_notes)
		return;
	if (wv->w->answers)
		fprintf(wv->out, _("> *Note: %s*\n\n"), wv->l->note[wv->note].text);
	wv->note++;
}

static bool is_block(const struct weaver *wv, cmark_node *node)
{
	return wv->part < wv->l->nr_parts && wv->l->part[wv->part].kind != PART_PROSE &&
	       wv->l->part[wv->part].line == line_of(wv, node);
}

static void weave_nodes(struct weaver *wv)
{
	cmark_node *node = cmark_node_first_child(wv->l->document);

	for (; node && !problems_count(wv->p); node = cmark_node_next(node)) {
		while (wv->part < wv->l->nr_parts && wv->l->part[wv->part].kind == PART_PROSE)
			wv->part++;
		if (is_block(wv, node)) {
			weave_block(wv);
			wv->part++;
		} else if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK) {
			weave_note(wv, node);
		} else {
			weave_prose(wv, node);
		}
	}
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Front matter ends with the second line of dashes. */
static unsigned front_lines(const char *text)
{
	struct source_line line = { NULL, 0, 0 };

	while (source_next(text, &line))
		if (line.number > 1 && line.size >= 3 && !strncmp(line.start, "---", 3))
			return line.number;
	return 0;
}

static void begin(const struct weaver *wv)
{
	cmark_node *first = cmark_node_first_child(wv->l->document);

	fprintf(wv->out, "<!-- %s, kernel %s, seed %llu; woven by kmaplab %s -->\n\n",
	        lesson_id(wv->l), wv->run->kernel, (unsigned long long)wv->run->seed,
	        PACKAGE_VERSION);
	if (!first || cmark_node_get_type(first) != CMARK_NODE_HEADING)
		fprintf(wv->out, "# %s\n\n", lesson_title(wv->l));
}

static void play(struct weaver *wv)
{
	struct lesson_ear ear = { .say = hear_say, .reply = hear_reply, .ctx = wv,
		                  .fault = hear_fault };
	struct session *s = session_new();
	struct interp *in = interp_new(s);
	struct lesson_run *run = lesson_run_new(wv->l, in, &ear);
	struct message m;

	if (!run)
		abort();
	wv->run = run;
	if (wv->w->seeded)
		lesson_run_seed(run, wv->w->seed);
	if (lesson_run_start(run, wv->w->kernel, &m)) {
		begin(wv);
		weave_nodes(wv);
	} else {
		problem(wv->p, 1, 0, "%s", m.text);
	}
	lesson_run_free(run);
	interp_free(in);
	session_free(s);
}

bool lesson_weave(const struct weaving *w, FILE *out, struct problems *p)
{
	struct weaver wv = { .w = w, .out = out, .p = p };
	size_t size;
	char *text;

	problems_file(p, w->path);
	text = source_read(w->path, &size, p);
	if (!text)
		return false;
	wv.l = lesson_parse(w->path, text, size, p);
	wv.text = text;
	wv.offset = front_lines(text);
	if (wv.l)
		play(&wv);
	lesson_free(wv.l);
	free(text);
	return !problems_count(p);
}
