/*
 * Replies: made, turned into JSON, thrown away.
 */
#ifndef KMAPLAB_COMMAND_REPLY_H
#define KMAPLAB_COMMAND_REPLY_H

#include "command/command.h"
#include "command/text.h"

/** Gives up what a reply holds. */
void reply_release(struct reply *r);

/** A number as the JSON answers write it: in hexadecimal, as a string. New reference. */
json_t *json_hex(uint64_t n);
/** Bytes as a string of hexadecimal digits. New reference. */
json_t *json_bytes(const void *bytes, size_t n);
/** An observation by its type: a number, a string, true or false. New reference. */
json_t *json_observation(const struct observation *o);

#endif
