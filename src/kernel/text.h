/*
 * Texts with named holes: how a profile writes the kernel's messages.
 *
 * A profile is untrusted, so its texts never reach printf. A text is copied as it stands but for
 * what is in braces:
 *
 *	{mb}            the hole `mb`, as a decimal number or a word
 *	{pfn:x} {va:08x} {n:4}  hexadecimal, with zeros up to 8 digits, right-aligned in 4 columns
 *	{name:-8}       left-aligned in 8 columns
 *	{2}             two blanks (a line of a profile keeps only single ones)
 */
#ifndef KMAPLAB_KERNEL_TEXT_H
#define KMAPLAB_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What goes into a hole: a word, or the number when `word` is NULL. */
struct hole {
	const char *name;
	uint64_t number;
	const char *word;
};

/** Arrays of holes end with a nameless one: (struct hole[]){ HOLE("mb", 896), HOLES_END }. */
#define HOLE(name_, number_) { .name = (name_), .number = (uint64_t)(number_) }
#define HOLE_WORD(name_, word_) { .name = (name_), .word = (word_) }
#define HOLES_END { .name = NULL }

/** Fills the holes of `text`, cutting to `size` bytes. A hole that nobody knows, or whose format
 * is no format, stays as it is written. Returns whether all were filled. */
bool text_fill(char *out, size_t size, const char *text, const struct hole *holes);

/** Whether braces and formats are in order (the names are the caller's business). */
bool text_valid(const char *text);

#endif
