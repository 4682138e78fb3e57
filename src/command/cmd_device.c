/*
 * device: devices that move pages by themselves, how far they reach, and the limits of their queues
 * (block/blk-settings.c).
 */
#include "command/arg.h"
#include "command/describe.h"
#include "command/device.h"
#include "command/op.h"

#include "kernel/world.h"
#include "machine/conf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct option_row device_options[] = {
	{ "dma", ARG_DMA, "its address lines: isa (24, the first 16 MiB), 32, or 64" },
	{ "limit", ARG_LIMIT, "high: its driver leaves the queue's limit at the end of low memory" },
	{ "cpu", ARG_CPU, "the CPU that its interrupt goes to; 0 unless said" },
	{ NULL, ARG_NONE, NULL },
};

static const struct {
	const char *word;
	uint64_t mask, limit;
} reaches[] = {
	{ "isa", 0xffffffull, BLK_BOUNCE_ISA },
	{ "32", 0xffffffffull, 0xffffffffull },
	{ "64", UINT64_MAX, BLK_BOUNCE_ANY },
};
#define REACHES (sizeof(reaches) / sizeof(reaches[0]))

static const char *reach_word(uint64_t mask)
{
	for (unsigned i = 0; i < REACHES; i++)
		if (reaches[i].mask == mask)
			return reaches[i].word;
	return "?";
}

static bool dma_option(struct call *c, struct add_disk_frame *f)
{
	unsigned i;
	const char *s = option_value(c, "dma", &i);

	if (!s)
		return bad(c, c->argc, "How far does the device reach? Say dma=isa (16 MiB), dma=32 (4 "
		           "GiB) or dma=64");
	for (unsigned k = 0; k < REACHES; k++)
		if (strcmp(reaches[k].word, s) == 0) {
			f->mask = reaches[k].mask;
			f->limit = reaches[k].limit;
			return true;
		}
	return bad_option(c, i, "dma=%s: a device has dma=isa, dma=32 or dma=64", s);
}

static bool limit_option(struct call *c, struct add_disk_frame *f)
{
	unsigned i;
	const char *s = option_value(c, "limit", &i);

	if (s && strcmp(s, "high") != 0)
		return bad_option(c, i, "limit=%s: the only limit that needs saying is limit=high", s);
	if (s)
		f->limit = BLK_BOUNCE_HIGH;
	return true;
}

static bool cpu_option(struct call *c, struct add_disk_frame *f)
{
	unsigned i, cpus = call_world(c)->machine.nr_cpus;
	const char *s = option_value(c, "cpu", &i);
	uint64_t n = 0;

	if (s && (!conf_number(strncmp(s, "cpu", 3) ? s : s + 3, &n) || n >= cpus))
		return bad_option(c, i, "cpu=%s: this machine has CPUs 0 to %u", s, cpus - 1);
	f->cpu = (uint32_t)n;
	return true;
}

static bool device_name(struct call *c, struct add_disk_frame *f)
{
	if (c->argc < 2)
		return bad(c, c->argc, "A new device needs a name: device add disk dma=32");
	if (!is_name(c->argv[1]) || strlen(c->argv[1]) >= sizeof(f->name))
		return bad(c, 1,
		           "'%s' is no name for a device: a letter, then letters, digits and '_', %zu at "
		           "most", c->argv[1], sizeof(f->name) - 1);
	if (device_find(call_world(c), c->argv[1]) >= 0)
		return bad(c, 1, "There is a device '%s' already", c->argv[1]);
	if (call_world(c)->machine.nr_devices == DEVICES)
		return bad(c, 1, "There are %d devices already, which is the most there can be",
		           DEVICES);
	snprintf(f->name, sizeof(f->name), "%s", c->argv[1]);
	return true;
}

static bool prepare_device(struct call *c, unsigned i, struct request *r)
{
	struct add_disk_frame f = { .name = "" };

	(void)i;
	if (!device_name(c, &f) || !dma_option(c, &f) || !limit_option(c, &f) || !cpu_option(c, &f))
		return false;
	snprintf(r->page, sizeof(r->page), "%s", f.name);
	r->op = &add_disk_op;
	request_locals(r, &f, sizeof(f));
	return true;
}

/* Which pages the queue bounces, as a sentence's end. */
static void describe_queue(const struct world *w, unsigned device, struct text *t)
{
	const struct request_queue *q = &w->kernel.block.queue[device];
	uint64_t last = w->kernel.layout.max_pfn - 1;
	uint64_t reach = w->machine.device[device].mask >> PAGE_SHIFT;

	if (q->dma)
		text_add(t, "pages beyond frame 0x%x are bounced, through pages of ZONE_DMA",
		         q->bounce_pfn);
	else if (w->kernel.swiotlb.start && reach < last)
		text_add(t, "pages beyond frame 0x%llx go through SWIOTLB, in the DMA API",
		         (unsigned long long)reach);
	else if (q->bounce_pfn >= last)
		text_add(t, "it reaches all memory, and nothing is bounced");
	else
		text_add(t, "pages beyond frame 0x%x are bounced", q->bounce_pfn);
}

static bool never_bounces(const struct world *w)
{
	return w->kernel.profile->bounce == BOUNCE_HIGH_ONLY &&
	       !boot_option(&w->kernel.config, w->kernel.profile, "bounce_fix");
}

void describe_never_bounces(const struct world *w, struct text *t)
{
	if (never_bounces(w))
		text_add(t, " The block layer of %s never bounces, whatever the limit: "
		         "blk_queue_may_bounce() asks for max_low_pfn >= max_pfn, the wrong way round, "
		         "which is false where there is high memory.", w->kernel.profile->name);
}

static json_t *device_json(const struct world *w, unsigned device)
{
	const struct device *d = &w->machine.device[device];
	const struct request_queue *q = &w->kernel.block.queue[device];

	return json_pack("{s:s, s:s, s:o, s:o, s:b, s:i, s:b}", "device", d->name, "dma",
	                 reach_word(d->mask), "mask", json_hex(d->mask), "bounce_pfn",
	                 json_hex(q->bounce_pfn), "isa_pool", q->dma, "cpu", (int)d->cpu, "busy",
	                 d->busy);
}

static enum status answer_device(const struct outcome *o, const struct request *r, struct answer *a)
{
	json_t *json;

	if (!o->result) {
		text_add(&a->message, "There is no room for '%s', or it is there already", r->page);
		return STATUS_ERROR;
	}
	json = device_json(o->w, (unsigned)o->result - 1);
	json_object_update(a->result, json);
	json_decref(json);
	text_add(&a->message, "%s is there: ", r->page);
	describe_queue(o->w, (unsigned)o->result - 1, &a->message);
	text_add(&a->message, ".");
	describe_never_bounces(o->w, &a->message);
	return STATUS_OK;
}

static enum status list_devices(struct call *c)
{
	const struct world *w = call_world(c);
	const struct block *b = &w->kernel.block;
	json_t *devices = json_array();

	for (unsigned i = 0; i < w->machine.nr_devices; i++) {
		json_array_append_new(devices, device_json(w, i));
		say(c, "%-15s dma=%-3s  CPU %-2u  %s  ", w->machine.device[i].name,
		    reach_word(w->machine.device[i].mask), w->machine.device[i].cpu,
		    w->machine.device[i].busy ? "busy" : "idle");
		describe_queue(w, i, &c->answer.message);
		say(c, "\n");
	}
	json_object_set_new(c->answer.result, "devices", devices);
	json_object_set_new(c->answer.result, "bounce_pages", json_integer(b->nr_bounce));
	json_object_set_new(c->answer.result, "pool", json_integer(b->pool[PAGE_POOL].curr_nr));
	json_object_set_new(c->answer.result, "isa_pool",
	                    json_integer(b->pool[ISA_PAGE_POOL].curr_nr));
	if (w->machine.nr_devices)
		say(c, "%u bounce pages are in use; set aside: %u, for ISA %u.", b->nr_bounce,
		    b->pool[PAGE_POOL].curr_nr, b->pool[ISA_PAGE_POOL].curr_nr);
	else
		say(c, "There is no device; `device add disk dma=32` adds one.");
	return STATUS_OK;
}

/* The half of `device` that runs kernel code. */
static const struct command device_add = {
	.name = "device add", .prepare = prepare_device, .answer = answer_device,
};

static enum status run_device(struct call *c)
{
	static const char *const verbs[] = { "add", "list" };
	int verb = arg_word(c, 0, "device command", verbs, 2);

	if (verb < 0)
		return STATUS_ERROR;
	if (verb == 1)
		return list_devices(c);
	c->command = &device_add;
	return op_run_call(c);
}

const struct command device_commands[] = {
	{
		.name = "device", .group = "devices",
		.usage = "device add NAME dma=isa|32|64 [limit=high] [cpu=N] | device list",
		.summary = "Adds a device that moves pages by itself and reaches as far as its address "
		           "lines do, or lists the devices and the pools of bounce pages.",
		.example = { "device add disk dma=32", "device list" },
		.errors = "The name must be new; there are eight devices at most. The kernel finds a bug "
		          "(oops) when the pages to set aside cannot be had.",
		.see = "io zones run", .min = 1, .max = 2, .flags = NEEDS_WORLD | ON_CPU,
		.arg = { ARG_DEVICE_VERB, ARG_TEXT }, .options = device_options, .run = run_device,
	},
	{ .name = NULL },
};
