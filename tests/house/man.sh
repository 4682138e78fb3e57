#!/bin/sh
# The man pages are good mdoc: without a complaint as they are, and as HTML and PDF; links between
# them lead to a page; prose fits into 60 columns, and the sessions of section 9 into 80.

set -u
: "${top_srcdir:?}"
command -v mandoc >/dev/null 2>&1 || { echo "without mandoc the man pages were not read"; exit 77; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0
# Beside those that were written there are those whose tables the program filled in.
set -- "$top_srcdir"/man/*.[1-9] man/*.[1-9]
[ -e "$1" ] && [ -e man/kmaplab-commands.7 ] || { echo "no man page"; exit 99; }
# What mandoc says about a system other than its own is of no interest.
mandoc -T lint -W warning "$@" | grep -vE 'referenced manual not found|operating system' && bad=1

for page; do
	name=${page##*/}
	mandoc -T html -O man=%N.%S.html "$page" >"$work/$name.html" 2>"$work/said" &&
		mandoc -T pdf "$page" >"$work/$name.pdf" 2>>"$work/said" || bad=1
	[ ! -s "$work/said" ] || { echo "$name:"; cat "$work/said"; bad=1; }
	[ "$(head -c 5 "$work/$name.pdf")" = %PDF- ] || { echo "$name is no PDF"; bad=1; }
done
# xargs(1) is another system's.
cat "$work"/*.html | grep -oE 'class="Xr" href="[^"]*"' | sed 's/.*href="//; s/"$//' | sort -u |
	grep -v '^xargs\.1\.html$' >"$work/links"
[ "$(wc -l <"$work/links")" -gt 10 ] || { echo "hardly a link between pages"; exit 99; }
while read -r link; do
	[ -e "$work/$link" ] || { echo "a link leads to $link, which is not there"; bad=1; }
done <"$work/links"

# too_wide COLUMNS PAGE...: lines that stick out, of pages whose displays were taken out or not.
too_wide() {
	columns=$1
	shift
	for page; do
		mandoc -T utf8 -O width="$columns" "$page" | sed 's/.\x08//g' | expand |
			awk -v max="$columns" -v page="${page##*/}" '
				{ gsub(/[\200-\277]/, "") }
				length($0) > max { print page ": wider than " max ": " $0 }'
	done
}
too_wide 80 man/*.9 | grep -a . && bad=1
for page; do
	sed '/^\.Bd -literal/,/^\.Ed/d' "$page" >"$work/${page##*/}"
	too_wide 60 "$work/${page##*/}"
done | grep -av 'wider than 60: [^ ]*([1-9]) ' >"$work/wide"
grep -aE '^[a-z_-]*\.9: ' "$work/wide" && bad=1
exit $bad
