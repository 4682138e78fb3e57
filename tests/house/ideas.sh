#!/bin/sh
# The table of the seven ideas in HACKING.md tells the truth: every file it names is there, and every
# function, macro, struct and test it names stands in one of the files named in the same row. And one
# of the ideas itself: machine and kernel only emit events, they do not print.

set -u
: "${top_srcdir:?}"
cd "$top_srcdir" || exit 99
bad=0

complain() {
	echo "$1"
	bad=1
}

table=$(sed -n '/^## The seven ideas/,/^## Dep/p' HACKING.md | grep '^| [A-Z]')
[ "$(echo "$table" | wc -l)" -eq 7 ] || complain "HACKING.md does not list seven ideas"
names=$(mktemp)
trap 'rm -f "$names"' EXIT
echo "$table" | while IFS= read -r row; do
	words=$(echo "$row" | grep -o '`[^`]*`' | tr -d '`')
	files=$(echo "$words" | grep /)
	for file in $files; do
		[ -e "$file" ] || echo "there is no $file"
	done
	echo "$words" | grep -v / | while IFS= read -r name; do
		# shellcheck disable=SC2086
		grep -rqw -- "$name" $files || echo "no file of its row has $name"
	done
done >"$names"
[ -s "$names" ] && complain "$(cat "$names")"

printing=$(grep -nE '\b(printf|puts|fputs|fprintf|putchar|perror|fwrite|exit)\(' \
	src/machine/*.c src/kernel/*.c src/lab/*.c)
[ -z "$printing" ] || complain "a floor that must not prints: $printing"

exit $bad
