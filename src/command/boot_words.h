/*
 * The words of `boot`: key=value into a struct boot_config.
 */
#ifndef KMAPLAB_COMMAND_BOOT_WORDS_H
#define KMAPLAB_COMMAND_BOOT_WORDS_H

#include "command/interp.h"

/** The keys and what their values are; ends with a NULL key. Build options of the profiles (ghes,
 * highpte, ...) are not among them: any other key with yes or no is one. */
extern const struct option_row boot_options[];

/** Sets what `key=value` says. False with a message; `c` is then as it was. A key that is no word
 * of `boot` is a build option: whether the kernel has it, booting will say. `files`: whether
 * e820=FILE may be read. */
bool boot_word(struct boot_config *c, const char *key, const char *value, bool files,
               struct message *m);

/** The split of a boot that names a kernel but no split: 4G/4G is its kernel's only one, and no other's
 * (see split_default). */
void boot_split(struct boot_config *c);

/** What the last boot was told, or the first one is going to be told. */
struct boot_config present_config(const struct interp *in);

/** `kernel diff A B`. */
enum status run_kernel_diff(struct call *c);

/** Boots, and answers as `boot` does. */
enum status boot_with_config(struct call *c, const struct boot_config *config);

#endif
