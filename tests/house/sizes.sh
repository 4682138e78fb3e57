#!/bin/sh
# Sources stay readable: no file over 450 lines, no function over 60.

set -u
: "${top_srcdir:?}"
cd "$top_srcdir" || exit 99

find src -name '*.[ch]' -exec awk '
	FNR == 1 { check(); file = FILENAME }
	{ lines = FNR }
	function check() { if (lines > 450) { print file ": " lines " lines"; bad = 1 } }
	END { check(); exit bad }' {} + || exit 1

if ! ctags --version 2>/dev/null | grep -q 'Universal Ctags'; then
	echo "without universal-ctags the functions were not measured"
	exit 77
fi
ctags -R --languages=C --kinds-C=f --fields=+ne -o - src | awk -F '\t' '
	/^!/ { next }
	{
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) first = substr($i, 6)
			if ($i ~ /^end:/) last = substr($i, 5)
		}
		functions++
		if (last - first + 1 > 60) {
			print $2 ":" first ": " $1 "() has " last - first + 1 " lines"
			bad = 1
		}
	}
	END { if (!functions) { print "ctags found no function"; exit 99 } exit bad }'
