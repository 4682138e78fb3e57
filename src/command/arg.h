/*
 * Arguments: what the words behind a verb mean. Each function reads argument `i` of a call and
 * returns false after a bad() that says what would be right.
 */
#ifndef KMAPLAB_COMMAND_ARG_H
#define KMAPLAB_COMMAND_ARG_H

#include "command/interp.h"

/** A number in min..max: a literal, a bound number, or an expression without blanks. */
bool arg_number(struct call *c, unsigned i, uint64_t min, uint64_t max, uint64_t *n);

/** A page: a name, pfn:N, or @VA for the page behind an address. */
bool arg_page(struct call *c, unsigned i, uint64_t *pfn);

/** A virtual address: a number, a name bound to one, a page that is mapped, or an expression. */
bool arg_va(struct call *c, unsigned i, uint32_t *va);

/** Whether the argument names a page (and not an address): which it does says arg_page. */
bool arg_is_page(const struct call *c, unsigned i);

/** An atomic slot by name (KM_USER0, USER0) or number: its index among the CPU's slots, which is
 * the value of the kernel's enum. */
bool arg_slot(struct call *c, unsigned i, int *slot);

/** A CPU of the machine: "1" or "cpu1". */
bool arg_cpu(struct call *c, unsigned i, unsigned *cpu);

/** A task: "7", "task7", or the name of one that lives. */
bool arg_task(struct call *c, unsigned i, unsigned *task);

/** One of a list of words; its index, or -1 after a bad() with the nearest. `what` is a noun. */
int arg_word(struct call *c, unsigned i, const char *what, const char *const *words, unsigned n);

/** The value of option `key`, or NULL; its index in c->option in `*i` (may be NULL). */
const char *option_value(const struct call *c, const char *key, unsigned *i);

/** How argument `i`, a page, is called in answers: as typed if by name, else its newest name, else
 * pfn:0x... */
void page_label(const struct call *c, unsigned i, uint64_t pfn, char *buf, size_t size);


/** "; did you mean 'x'?" or "", in a static-free buffer of the caller. */
const char *suggestion(const char *word, const char *const *words, unsigned n, char *buf,
                       size_t size);

#endif
