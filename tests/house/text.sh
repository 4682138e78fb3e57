#!/bin/sh
# What every file keeps to: lines of 100 columns (a tab counts 8), no space at their end, a source
# opens with its essay, and nothing is left for later. Eight columns more are borne where a sentence
# for the user would have to be broken otherwise; a row of a .def table or the text of a STEP may be
# longer still.

set -u
: "${top_srcdir:?}"
cd "$top_srcdir" || exit 99
bad=0

complain() {
	[ -z "$1" ] && return
	echo "$2:"
	echo "$1" | head -n 20
	bad=1
}

code=$(find src tests -name '*.[ch]' -o -name '*.def' -o -name '*.sh' | sort)
# shellcheck disable=SC2086
complain "$(for file in $(echo "$code" | grep -v '\.def$'); do
	expand "$file" | awk -v f="$file" '
		{ gsub(/[\200-\277]/, "") }
		length($0) > 108 && !/STEP\("/ { print f ":" NR ": " length($0) }'
done)" "lines far over 100 columns"
# shellcheck disable=SC2086
complain "$(grep -nE '[[:blank:]]+$' $code)" "space at the end of a line"
complain "$(find src -name '*.[ch]' -exec sh -c '
	for file; do head -n 1 "$file" | grep -q "^/\*" || echo "$file"; done' sh {} +)" \
	"without an opening comment"
later="TO""DO|FIX""ME|X""XX|not ""implemented"
complain "$(grep -rnswE "$later" src tests man lessons data bootstrap README.md HACKING.md)" \
	"left for later"

exit $bad
