/*
 * What `help` knows beside the tables of commands, observables, events and settings: words that
 * people have in their heads when they are stuck. Names of atomic slots, of the kernel's functions,
 * of the invariants, of the man pages.
 *
 * A function's text is its lines: those of the STEPs it is made of, so it cannot differ from what
 * runs. The slots are those of all kernels that had names for them, 2.4 to 2.6.36 (enum km_type in
 * asm/kmap_types.h); which of them the running kernel has, and where, is for `fixmap` to say.
 */
#include "command/help_words.h"

#include "command/manual.h"
#include "command/settings.h"
#include "kernel/invariants.h"
#include "kernel/step.h"

#include <stdio.h>
#include <string.h>

static const struct help_word slots[] = {
	{ "KM_BOUNCE_READ", "The end of a read that was bounced: the copy, in the interrupt." },
	{ "KM_SKB_SUNRPC_DATA", "Network buffers of RPC." },
	{ "KM_SKB_DATA_SOFTIRQ", "Network buffers, in a softirq." },
	{ "KM_USER0", "Copying and clearing pages in a task; of a copy, the source." },
	{ "KM_USER1", "The second page of a copy: the destination." },
	{ "KM_BIO_SRC_IRQ", "Pages of block devices, interrupts off: what is copied from." },
	{ "KM_BIO_DST_IRQ", "Pages of block devices, interrupts off: what is copied to." },
	{ "KM_PTE0", "A page table in high memory (CONFIG_HIGHPTE)." },
	{ "KM_PTE1", "A second page table in high memory, while the first is in use." },
	{ "KM_IRQ0", "Hardware interrupts." },
	{ "KM_IRQ1", "Hardware interrupts: a second page." },
	{ "KM_SOFTIRQ0", "Softirqs." },
	{ "KM_SOFTIRQ1", "Softirqs: a second page." },
	{ "KM_BH_IRQ", "Buffers of block devices, in an interrupt: 2.4 only." },
	{ "KM_SYNC_ICACHE", "Other architectures; takes up a slot in 2.6.32 all the same." },
	{ "KM_SYNC_DCACHE", "Other architectures; takes up a slot in 2.6.32 all the same." },
	{ "KM_UML_USERCOPY", "User mode Linux; takes up a slot in 2.6.32 all the same." },
	{ "KM_IRQ_PTE", "A page table in high memory, in an interrupt." },
	{ "KM_NMI", "Non-maskable interrupts: performance counters." },
	{ "KM_NMI_PTE", "A page table in high memory, in an NMI." },
	{ "KM_KDB", "The kernel's debugger; in 2.6.35 and 2.6.36." },
	{ "KM_USER_COPY", "4G/4G: the process's page, while the kernel copies from or to it." },
	{ "KM_VSTACK0", "4G/4G: the kernel stack, where user space's page directory has it, too." },
	{ "KM_VSTACK1", "4G/4G: the second page of that stack." },
};
#define SLOTS (sizeof(slots) / sizeof(slots[0]))

/* Words for what is called otherwise here. */
static const struct {
	const char *word, *topic;
} also[] = {
	{ "slot", "slots" }, { "invariant", "invariants" }, { "knob", "knobs" },
	{ "views", "view" }, { "lessons", "lesson" }, { "kernels", "kernel" }, { "key", "keys" },
	{ "shortcuts", "keys" }, { "function", "functions" }, { "exit-status", "lines" },
	{ "syntax", "lines" }, { "undo", "back" }, { "redo", "forward" }, { "history", "timeline" },
	{ "break", "knobs" }, { "bugs", "knobs" }, { "numbers", "expressions" },
};

const char *help_alias(const char *topic)
{
	for (size_t i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (strcmp(also[i].word, topic) == 0)
			return also[i].topic;
	return topic;
}

/* --- lists ------------------------------------------------------------------------------------ */

void list_slots(struct text *t)
{
	for (size_t i = 0; i < SLOTS; i++)
		text_add(t, "%-20s %s\n", slots[i].name, slots[i].doc);
	text_add(t, "\n`fixmap` shows those of the running kernel. From 2.6.37 on slots have no names:\n"
	            "they are a stack. See also: kmap_atomic fixmap; man kmap_atomic\n");
}

void list_invariants(struct text *t)
{
	for (unsigned i = 0; invariant_name(i); i++)
		text_add(t, "%-16s %s\n", invariant_name(i), invariant_doc(i));
	text_add(t, "\n`set paranoid on` asks them after every step.\n");
}

void list_knobs(struct text *t)
{
	const char *name, *values, *doc;

	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++)
		if (strncmp(name, "broken.", 7) == 0 || strncmp(name, "allow.", 6) == 0)
			text_add(t, "%-24s %s\n", name, doc);
	text_add(t, "\n`set NAME on` breaks the machine or the kernel in that way; `back` mends it.\n");
}

void list_functions(struct text *t)
{
	unsigned column = 0;

	for (unsigned i = 0; i < op_count(); i++) {
		unsigned length = (unsigned)strlen(op_get(i)->name) + 2;

		if (column && column + length > 78) {
			text_add(t, "\n");
			column = 0;
		}
		text_add(t, "%s%s", column ? "  " : "", op_get(i)->name);
		column += length;
	}
	text_add(t, "\n\n`help FUNCTION` shows the lines of one; `view code` the one that is running.\n");
}

void explain_keys(struct text *t)
{
	text_add(t, "%s",
	         "F1 lists the keys of the screen; Tab leads from the prompt to the views and on.\n"
	         "`man kmaplab` has them all, under Keys.\n"
	         "A key that does something to the machine runs a command, as if it was typed.\n");
}

/* --- single words ----------------------------------------------------------------------------- */

static const struct help_word *find_slot(const char *topic)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (strcasecmp(slots[i].name, topic) == 0 ||
		    strcasecmp(slots[i].name + strlen("KM_"), topic) == 0)
			return &slots[i];
	return NULL;
}

static void explain_slot(struct text *t, const struct help_word *slot)
{
	text_add(t,
	         "%s  (an atomic slot, in kernels before 2.6.37)\n\n%s\n\n"
	         "Examples:  kmap_atomic p0 %s\n           fixmap\n"
	         "See also:  slots kmap_atomic kunmap_atomic fixmap; man kmap_atomic\n",
	         slot->name, slot->doc, slot->name);
}

static void explain_function(struct text *t, const struct op *op)
{
	const struct step_text *s = NULL;

	text_add(t, "%s()  (a function of the kernel)\n\n", op->name);
	while ((s = op_step(op, s))) {
		size_t tabs = strspn(s->text, "\t");

		text_add(t, "%*s%s\n", (int)(4 + 4 * tabs), "", s->text + tabs);
	}
	text_add(t, "\nEach line is a step.\nSee also:  view step functions; man search %s\n", op->name);
}

static bool explain_invariant(struct text *t, const char *topic)
{
	for (unsigned i = 0; invariant_name(i); i++)
		if (strcmp(invariant_name(i), topic) == 0) {
			text_add(t, "%s  (an invariant)\n\n%s\n\nSee also:  invariants paranoid\n", topic,
			         invariant_doc(i));
			return true;
		}
	return false;
}

/* "kmap(9)", "highmem.7", "kmap-history" */
static bool explain_manual(struct text *t, const char *topic)
{
	const struct manual_page *p;
	struct manual m;

	manual_read(&m);
	p = manual_find(&m, topic);
	if (p)
		text_add(t, "%s(%c)  (a man page)\n\n%s.\n\n`man %s.%c` shows it.\n", p->name, p->section,
		         p->about, p->name, p->section);
	manual_release(&m);
	return p;
}

bool explain_word(struct text *t, const char *topic)
{
	const struct help_word *slot = find_slot(topic);
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(topic, "("), topic);
	if (slot)
		explain_slot(t, slot);
	else if (op_find(name) && (!topic[strlen(name)] || strcmp(topic + strlen(name), "()") == 0))
		explain_function(t, op_find(name));
	else
		return explain_invariant(t, topic) || explain_manual(t, topic);
	return true;
}

const char *help_word(unsigned i, const char **doc)
{
	if (i < SLOTS) {
		*doc = slots[i].doc;
		return slots[i].name;
	}
	i -= SLOTS;
	if (i < INVARIANTS) {
		*doc = invariant_doc(i);
		return invariant_name(i);
	}
	i -= INVARIANTS;
	*doc = "a function of the kernel";
	return i < op_count() ? op_get(i)->name : NULL;
}

unsigned help_mentions(const char *word, char *buf, size_t size)
{
	struct text found = { 0 };
	struct manual m;
	unsigned pages = 0;
	size_t used = 0;

	buf[0] = '\0';
	manual_read(&m);
	for (unsigned i = 0; strlen(word) > 2 && i < m.n; i++) {
		struct manual one = m;

		one.page = &m.page[i];
		one.n = 1;
		if (!manual_search(&one, word, &found) || pages++ >= 3)
			continue;
		used += (size_t)snprintf(buf + used, size - used, "%s%s(%c)", used ? ", " : "",
		                         m.page[i].name, m.page[i].section);
		if (used >= size)
			used = size - 1;
	}
	text_free(&found);
	manual_release(&m);
	return pages;
}
