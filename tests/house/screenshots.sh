#!/bin/sh
# The pictures of README.md are those that the program draws, byte for byte. When the screen has
# changed on purpose, "make screenshots" draws them anew.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

"$top_srcdir/screenshots/make-screenshots" "$work" || exit 1
[ -e "$work/kmap.svg" ] && [ -e "$work/kmap.cast" ] || { echo "nothing was drawn"; exit 99; }
for picture in "$work"/*; do
	cmp "$picture" "$top_srcdir/screenshots/${picture##*/}" || bad=1
done
[ $bad -eq 0 ] || echo "'make screenshots' draws them anew; look at them before you commit them"
exit $bad
