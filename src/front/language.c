/*
 * gettext finds a catalogue by LANGUAGE and the locale of LC_MESSAGES, and looks at neither when that
 * locale is plain "C". A lesson in Chinese must not need that somebody has generated a Chinese locale
 * on this machine, as on many in a classroom nobody has; so the language is put into LANGUAGE, and
 * where the locale is "C", C.UTF-8 stands in for it, which every Debian has.
 *
 * The catalogues lie in locale/LANG/LC_MESSAGES/kmaplab.mo: beside the program for who works in a
 * build folder, and where it was installed. Which language is spoken is state of the C library
 * already (its text domain, and LANGUAGE), so there is none here.
 */
#include "front/language.h"

#include "machine/place.h"

#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "kmaplab"
#define LANG_BYTES 24

/* The first language of a list or a locale's name: "zh_TW.UTF-8" and "zh_TW:en" are both zh_TW. It
 * becomes part of file names, so it has letters, digits, '_' and '-' alone. */
static bool name_language(const char *from, char *to)
{
	size_t n = strcspn(from, ".:@");

	if (!n || n >= LANG_BYTES || strspn(from, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                                    "0123456789_-") < n)
		return false;
	memcpy(to, from, n);
	to[n] = '\0';
	return strcmp(to, "C") != 0 && strcmp(to, "POSIX") != 0 && strcmp(to, "en") != 0 &&
	       strncmp(to, "en_", 3) != 0;
}

/* The environment's, in gettext's order; a locale of C turns LANGUAGE off. */
static bool environment_language(char *to)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *list = getenv("LANGUAGE"), *locale = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names && (!locale || !*locale); i++)
		locale = getenv(names[i]);
	if (!locale || !*locale || !strcmp(locale, "C") || !strcmp(locale, "POSIX"))
		return false;
	return list && *list ? name_language(list, to) : name_language(locale, to);
}

static bool is_plain(int category)
{
	const char *name = setlocale(category, NULL);

	return !name || !strcmp(name, "C") || !strcmp(name, "POSIX");
}

/* The catalogues' folder, relative to the program's. */
static bool beside_program(const char *relative, char *folder, size_t size)
{
	place_program(folder, size);
	if (!folder[0] || strlen(folder) + strlen(relative) >= size)
		return false;
	strcat(folder, relative);
	return access(folder, X_OK) == 0;
}

void language_begin(const char *lang)
{
	char name[LANG_BYTES], folder[PATH_MAX];

	if (!(lang ? name_language(lang, name) : environment_language(name)))
		return;
	setenv("LANGUAGE", name, 1);
	if (is_plain(LC_MESSAGES) && !setlocale(LC_MESSAGES, "C.UTF-8"))
		setlocale(LC_MESSAGES, "C.utf8");
	if (is_plain(LC_CTYPE) && !setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "C.utf8");
	if (!beside_program("/locale", folder, sizeof folder) &&
	    !beside_program("/../share/locale", folder, sizeof folder))
		snprintf(folder, sizeof folder, "%s", LOCALEDIR);
	bindtextdomain(DOMAIN, folder);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}

const char *language_now(void)
{
	const char *domain = textdomain(NULL);

	return domain && !strcmp(domain, DOMAIN) ? getenv("LANGUAGE") : NULL;
}
