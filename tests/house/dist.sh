#!/bin/sh
# What is in the repository is in the tarball: whoever builds from a release can do all that a
# clone can.

set -u
: "${top_srcdir:?}" "${top_builddir:?}"
tracked=$(cd "$top_srcdir" && [ -e .git ] && git ls-files 2>/dev/null) || {
	echo "not a git checkout"
	exit 77
}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
MAKEFLAGS='' make -s -C "$top_builddir" list-dist |
	sed "s|^$top_srcdir/||; s|^\(\.*/\)*||" >"$work/dist"
[ "$(wc -l <"$work/dist")" -gt 20 ] || { echo "make list-dist says hardly anything"; exit 99; }

# A folder named in EXTRA_DIST stands for all that is in it.
echo "$tracked" | grep -v '^\.gitignore$' | awk -v dist="$work/dist" '
	BEGIN { while ((getline name < dist) > 0) known[name] = 1 }
	{
		for (path = $0; path != ""; path = sub(/\/[^\/]*$/, "", path) ? path : "")
			if (path in known) next
		print "not in the tarball: " $0
		bad = 1
	}
	END { exit bad }'
