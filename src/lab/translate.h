/*
 * Sentences in the reader's language: GNU gettext, which the C library has.
 *
 * _("...") is a sentence in the language that front/language.h has chosen, the English one when
 * there is no translation, or none was asked for. N_("...") marks one that is translated later, where
 * it is said. What machines read, and what the simulated kernel says, is never marked.
 */
#ifndef KMAPLAB_LAB_TRANSLATE_H
#define KMAPLAB_LAB_TRANSLATE_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

#endif
