/*
 * The language of messages and lessons.
 */
#ifndef KMAPLAB_FRONT_LANGUAGE_H
#define KMAPLAB_FRONT_LANGUAGE_H

/** Speaks a language from now on: `lang` ("zh_TW", from --lang), or with NULL the one of the
 * environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG). English, and nothing is changed, when that is C,
 * POSIX, English or no language's name. To be called once, behind setlocale(). */
void language_begin(const char *lang);

/** The language that is spoken, "zh_TW"; NULL: English. Good for the process's life. */
const char *language_now(void);

#endif
