/*
 * io: transfers between pages and a device, with bounce pages for what it cannot reach
 * (fs/bio.c, mm/bounce.c).
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/device.h"
#include "command/op.h"

#include "kernel/world.h"
#include "lab/words.h"
#include "machine/conf.h"

#include <inttypes.h>
#include <stdio.h>

static const struct option_row io_options[] = {
	{ "block", ARG_NUMBER, "where on the device, in pages from its beginning; 0 unless said" },
	{ NULL, ARG_NONE, NULL },
};

bool arg_device(struct call *c, unsigned i, unsigned *device)
{
	const struct world *w = call_world(c);
	const char *names[DEVICES];
	char near[64];
	int n = device_find(w, c->argv[i]);

	if (n >= 0) {
		*device = (unsigned)n;
		return true;
	}
	for (unsigned k = 0; k < w->machine.nr_devices; k++)
		names[k] = w->machine.device[k].name;
	suggestion(c->argv[i], names, w->machine.nr_devices, near, sizeof(near));
	return bad(c, i, "There is no device '%s'%s", c->argv[i],
	           near[0] ? near : "; `device add` adds one, `device list` lists them");
}

#define BLOCK_MAX (1u << 28) /* a medium of 1 TiB */

static bool block_option(struct call *c, uint64_t *block)
{
	unsigned i;
	const char *s = option_value(c, "block", &i);

	*block = 0;
	if (!s || (conf_number(s, block) && *block < BLOCK_MAX))
		return true;
	return bad_option(c, i, "block=%s: a block is 0 to %u", s, BLOCK_MAX - 1);
}

/* The pages of chunk `i` of the bio: arguments 2 + i * BIO_CHUNK and on. */
static bool io_pages(struct call *c, unsigned i, struct submit_bio_frame *f)
{
	for (unsigned k = 2 + i * BIO_CHUNK; k < c->argc && f->n < BIO_CHUNK; k++) {
		uint64_t pfn;

		if (!arg_page(c, k, &pfn))
			return false;
		f->pfn[f->n++] = (uint32_t)pfn;
	}
	return true;
}

/* All pages are looked at before the first is given to the kernel. */
static bool check_pages(struct call *c)
{
	uint64_t pfn;

	if (c->argc - 2 > BIO_MAX_PAGES)
		return bad(c, 2 + BIO_MAX_PAGES, "One transfer moves %d pages at most", BIO_MAX_PAGES);
	for (unsigned k = 2; k < c->argc; k++)
		if (!arg_page(c, k, &pfn))
			return false;
	return true;
}

/* A bio of more pages than a frame holds is lengthened piece by piece; the last piece submits it. */
static bool prepare_io(struct call *c, unsigned i, struct request *r)
{
	static const char *const directions[] = { "read", "write" };
	struct submit_bio_frame f = { .io = i ? call_world(c)->kernel.block.last_io : 0 };
	int direction = arg_word(c, 0, "direction", directions, 2);
	unsigned device;

	if (direction < 0 || !arg_device(c, 1, &device) || !block_option(c, &f.block) ||
	    (i == 0 && !check_pages(c)) || !io_pages(c, i, &f))
		return false;
	c->times = (c->argc - 2 + BIO_CHUNK - 1) / BIO_CHUNK;
	f.device = (uint16_t)device;
	f.write = direction == 1;
	r->n = i + 1 == c->times;
	r->op = r->n ? &submit_bio_op : &bio_add_page_op;
	request_locals(r, &f, sizeof(f));
	return true;
}

static void label(const struct outcome *o, uint64_t pfn, char *buf, size_t size)
{
	const char *name = session_page_name(o->s, pfn);

	if (name)
		snprintf(buf, size, "%s", name);
	else
		snprintf(buf, size, "pfn:0x%" PRIx64, pfn);
}

static json_t *io_pages_json(const struct outcome *o, const struct bio *bio)
{
	json_t *pages = json_array();
	char name[NAME_MAX_BYTES + 1];

	for (unsigned i = 0; i < bio->vcnt; i++) {
		const struct bio_vec *v = bio_vec_get(o->w, bio->io, i);

		label(o, v->page, name, sizeof(name));
		json_array_append_new(pages, json_pack("{s:s, s:o, s:b, s:o}", "page", name, "pfn",
		                                       json_hex(v->page), "bounced", v->bounce != 0,
		                                       "bounce_pfn", v->bounce ?
		                                       json_hex(v->bounce) : json_null()));
	}
	return pages;
}

static void say_bounced(const struct outcome *o, const struct bio *bio, struct text *t)
{
	char name[NAME_MAX_BYTES + 1];
	const struct bio_vec *v = bio_vec_get(o->w, bio->io, 0);

	for (unsigned i = 0; i < bio->vcnt && !v->bounce; i++)
		v = bio_vec_get(o->w, bio->io, i);
	label(o, v->page, name, sizeof(name));
	if (bio->vcnt == 1)
		text_add(t, " It is bounced: ");
	else
		text_add(t, " %u of them %s bounced: ", bio->bounced, bio->bounced == 1 ? "is" : "are");
	describe_frame(o->w, name, v->page, t);
	text_add(t, " through frame 0x%x%s. The copy %s.", v->bounce,
	         bio->bounced > 1 ? ", and so on" : "",
	         bio->write ? "is made" : "comes with the device's interrupt");
}

static void say_io(const struct outcome *o, const struct bio *bio, struct text *t)
{
	const char *name = o->w->machine.device[bio->device].name;

	text_add(t, "I/O %u: %u page%s %s %s.", bio->io, bio->vcnt, bio->vcnt == 1 ? "" : "s",
	         bio->write ? "to" : "from", name);
	if (bio->bounced)
		say_bounced(o, bio, t);
	else
		text_add(t, " Nothing is bounced.");
	if (bio->swiotlb)
		text_add(t, " That is SWIOTLB, the DMA API's pool: the page was copied in when it was "
		         "mapped; a read is copied back when it is unmapped.");
	describe_never_bounces(o->w, t);
	if (bio->failed)
		text_add(t, " The DMA API refuses a frame beyond the mask of %s: -EIO. %s.", name,
		         o->w->kernel.swiotlb.nslabs ?
		         "SWIOTLB has no slots left, or none that it reaches" :
		         "SWIOTLB, which could help, is there only with PAE and RAM above 4 GiB");
	else if (bio->in_flight)
		text_add(t, " `run` lets the device finish.");
}

static enum status answer_io(const struct outcome *o, const struct request *r, struct answer *a)
{
	const struct bio *bio = bio_get(o->w, (uint32_t)o->result);

	if (!o->result) {
		text_add(&a->message, "%d transfers are under way, which is the most there can be; `run` "
		         "lets them end", BIOS);
		return STATUS_ERROR;
	}
	if (!r->n)
		return STATUS_OK; /* more pages follow */
	json_object_set_new(a->result, "io", json_integer((json_int_t)o->result));
	if (!bio)
		return STATUS_OK; /* long over: its place has been given to another */
	json_object_set_new(a->result, "device",
	                    json_string(o->w->machine.device[bio->device].name));
	json_object_set_new(a->result, "pages", io_pages_json(o, bio));
	if (bio->failed)
		json_object_set_new(a->result, "failed", json_true());
	a->value = (struct value){ VALUE_NUMBER, o->result };
	say_io(o, bio, &a->message);
	return STATUS_OK;
}

void device_report(struct call *c, uint32_t from)
{
	const struct world *w = call_world(c);
	json_t *done = json_array();

	for (uint32_t seq = from + 1; seq <= w->machine.log.n; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (!e || e->kind != EVENT_IO_DONE)
			continue;
		json_array_append_new(done, json_pack("{s:I, s:s, s:b}", "io", (json_int_t)e->arg[0],
		                                      "device", w->machine.device[e->arg[1]].name,
		                                      "failed", e->arg[2] != 0));
		text_line(&c->answer.message);
		say(c, "I/O %u (%s) is over.", (unsigned)e->arg[0],
		    w->machine.device[e->arg[1]].name);
	}
	if (json_array_size(done))
		json_object_set(c->answer.result, "io", done);
	json_decref(done);
}

const struct command io_commands[] = {
	{
		.name = "io", .group = "devices", .usage = "io read|write DEVICE PAGE... [block=N]",
		.summary = "Submits a transfer of pages from or to a device. Pages that it cannot reach "
		           "are bounced; the transfer ends in an interrupt, at the next `run`.",
		.example = { "device add disk dma=isa; io write disk p0; run",
		             "device add disk dma=32; io read disk p0 p1 block=8" },
		.errors = "There must be such a device. Blocks while every bounce page is in use.",
		.see = "device run kmap kmap_atomic", .min = 3, .max = ARGS_MANY,
		.flags = GIVES | NEEDS_WORLD | ON_CPU, .arg = { ARG_DIRECTION, ARG_DEVICE, ARG_PAGE },
		.options = io_options, .prepare = prepare_io, .answer = answer_io,
	},
	{ .name = NULL },
};
