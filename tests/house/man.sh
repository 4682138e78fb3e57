#!/bin/sh
# The man pages are good mdoc.

set -u
: "${top_srcdir:?}"
command -v mandoc >/dev/null 2>&1 || { echo "without mandoc the man pages were not read"; exit 77; }
# Beside those that were written there are those whose tables the program filled in.
set -- "$top_srcdir"/man/*.[1-9] man/*.[1-9]
[ -e "$1" ] && [ -e man/kmaplab-commands.7 ] || { echo "no man page"; exit 99; }
# What mandoc says about a system other than its own is of no interest.
mandoc -T lint -W warning "$@" | grep -vE 'referenced manual not found|operating system' && exit 1
exit 0
