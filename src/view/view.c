/*
 * The table of views, and what all of them share: the frame around a view, the status line, sizes
 * and numbers as people read them.
 */
#include "view/view.h"

#include "lab/did_you_mean.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const struct view_ops *const views[] = {
	&overview_view, &zones_view, &regions_view, &pkmap_view, &fixmap_view, &tlb_view, &walk_view,
	&code_view, &cpus_view, &events_view, &cost_view, &dmesg_view,
	&lesson_view, &help_view,
};
const unsigned nr_views = sizeof(views) / sizeof(views[0]);

const struct view_ops *view_find(const char *name)
{
	for (unsigned i = 0; i < nr_views; i++)
		if (!strcmp(views[i]->name, name))
			return views[i];
	return NULL;
}

static bool no_view(const char *word, struct message *m)
{
	const char *names[32], *near;
	unsigned n = 0;

	for (; n < nr_views && n < sizeof(names) / sizeof(names[0]); n++)
		names[n] = views[n]->name;
	near = did_you_mean(word, names, n);
	return near ? fail(m, "there is no view %s; did you mean %s?", word, near) :
	              fail(m, "there is no view %s", word);
}

bool view_choose(struct view_choice *c, const char *words, struct message *m)
{
	size_t name = strcspn(words, " ");
	const char *args = words + name + strspn(words + name, " ");
	char word[32];
	const struct view_ops *ops;

	snprintf(word, sizeof(word), "%.*s", (int)(name < 31 ? name : 31), words);
	ops = view_find(word);
	if (!ops)
		return no_view(word, m);
	if (*args && !ops->usage)
		return fail(m, "the view %s takes nothing behind its name", word);
	if (strlen(args) >= sizeof(c->args))
		return fail(m, "that is too long to be looked for in a view");
	if (ops->takes && !ops->takes(args, m))
		return false;
	c->ops = ops;
	memmove(c->args, args, strlen(args) + 1);
	return true;
}

const char *view_args(const struct view_state *s, const struct view_ops *view)
{
	return s->choice && s->choice->ops == view ? s->choice->args : "";
}

/* A view's caption carries figures as well as its name, because it is the one row that is always
 * there: the view below may be cut. Here: the caption, or as much of it as makes sense without a world. */
static void draw_caption(const struct view_ops *view, struct area a, const struct view_state *s)
{
	char caption[160] = "";

	if (s->world && view->caption)
		view->caption(s, caption, sizeof(caption));
	area_rule(a, 0, *caption ? caption : view->name);
}

void view_draw(const struct view_ops *view, struct area a, const struct view_state *s)
{
	struct area body = a;

	area_clear(a);
	if (view->caption) {
		draw_caption(view, a, s);
		body = area_part(a, 1, 0, a.rows - 1, a.cols);
	}
	if (!s->world)
		area_wrap(body, STYLE_DIM, "No machine is running: boot one with \"boot\".", 0);
	else if (body.rows < view->rows || body.cols < view->cols)
		area_wrap(body, STYLE_DIM, "Too little room for this view.", 0);
	else
		view->draw(body, s);
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* The largest unit that divides the size, and no more than four digits: what is odd is cut. */
static unsigned size_unit(uint64_t *bytes)
{
	unsigned unit = 0;

	while (unit < 5 && *bytes && (*bytes % 1024 == 0 || *bytes > 9999)) {
		*bytes /= 1024;
		unit++;
	}
	return unit;
}

void size_text(uint64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = { "bytes", "KB", "MB", "GB", "TB", "PB" };
	unsigned unit = size_unit(&bytes);

	snprintf(buf, size, "%" PRIu64 " %s", bytes, units[unit]);
}

void size_short(uint64_t bytes, char *buf, size_t size)
{
	unsigned unit = size_unit(&bytes);

	snprintf(buf, size, "%" PRIu64 "%c", bytes, "BKMGTP"[unit]);
}

void grouped_text(uint64_t n, char *buf, size_t size)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n), to = 0;

	for (size_t i = 0; i < len && to + 2 < size; i++) {
		if (i && (len - i) % 3 == 0)
			buf[to++] = ' ';
		buf[to++] = digits[i];
	}
	buf[to] = '\0';
}

uint32_t first_new_event(const struct world *w, uint32_t since)
{
	const struct event_log *log = &w->machine.log;
	uint32_t first = since + 1;

	if (log->n > NEW_EVENTS && first < log->n - NEW_EVENTS)
		first = log->n - NEW_EVENTS;
	return first < log->first ? log->first : first;
}

/* --- the status line -------------------------------------------------------------------------- */

/* User to kernel, as the textbooks say it: 3G/1G is CONFIG_VMSPLIT_3G; 2.4-aa's 3.5G and the
 * separate 4 GB of hugemem, too. */
static const char *split_name(enum split_config split)
{
	static const char *const names[] = { "3G/1G", "3G/1G opt", "2G/2G", "2G/2G opt", "1G/3G",
		                             "3.5G/0.5G", "4G/4G" };

	return names[split];
}

/* By the option's name in Kconfig, since that is what one would look for. */
static const char *highmem_name(const struct layout *l, enum highmem_config highmem)
{
	if (highmem == NOHIGHMEM)
		return l->pae ? "NOHIGHMEM PAE" : "NOHIGHMEM";
	return highmem == HIGHMEM4G ? "HIGHMEM4G" : "HIGHMEM64G";
}

/* "2 CPUs", and which of them an oops has halted. */
static void cpus_text(const struct world *w, char *buf, size_t size)
{
	unsigned n = w->machine.nr_cpus;

	snprintf(buf, size, "%u CPU%s", n, n == 1 ? "" : "s");
	for (unsigned i = 0; i < n; i++) {
		if (!w->kernel.cpu[i].halted)
			continue;
		snprintf(buf, size, "CPU %u halted", i);
		return;
	}
}

/* Which machine it is, its parts two blanks apart, or one where there is little room. */
static void machine_text(const struct world *w, const char *gap, char *buf, size_t size)
{
	const struct boot_config *c = &w->kernel.config;
	char ram[32], cpus[32];

	size_text(e820_end_of_ram(&w->machine.phys.map), ram, sizeof(ram));
	cpus_text(w, cpus, sizeof(cpus));
	snprintf(buf, size, "Linux %s%s%s%s%s%s%s%s%s", c->kernel, gap,
	         highmem_name(&w->kernel.layout, c->highmem), gap, split_name(c->split), gap, ram, gap,
	         cpus);
}

/* On the right when it is: the two figures that change with every step keep their place. Where there is
 * too little room for all of it, blanks go first, then the cycles, then the machine is cut. */
void status_draw(struct area a, const struct view_state *s)
{
	const struct world *w = s->world;
	char cycle[32], step[64], when[128], machine[128];
	int x;

	area_blank(a, STYLE_STATUS);
	if (!w) {
		area_text(a, 0, 1, STYLE_STATUS, "kmaplab: no machine is running");
		return;
	}
	grouped_text(w->machine.cpu[s->cpu].cycle, cycle, sizeof(cycle));
	snprintf(step, sizeof(step), "step %" PRIu32 " of %" PRIu32, w->steps,
	         s->steps > w->steps ? s->steps : w->steps);
	snprintf(when, sizeof(when), "cycle %s  %s", cycle, step);
	machine_text(w, "  ", machine, sizeof(machine));
	if (text_width(when) + text_width(machine) + 3 > a.cols)
		machine_text(w, " ", machine, sizeof(machine));
	if (text_width(when) + text_width(machine) + 3 > a.cols)
		snprintf(when, sizeof(when), "%s", step);
	x = a.cols - text_width(when) - 1;
	area_text(a, 0, x < 1 ? 1 : x, STYLE_STATUS, when);
	area_text(area_part(a, 0, 0, 1, x - 1), 0, 1, STYLE_STATUS, machine);
}
