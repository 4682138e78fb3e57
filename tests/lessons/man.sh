#!/bin/sh
# The man pages tell the truth: their examples work, kmaplab(1) names every command, option and
# subcommand that the program has, and no page names a command, an observable or another page that
# is not there.

set -u
: "${top_srcdir:?}" "${top_builddir:?}" "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" && ln -s "$KMAPLAB" "$work/bin/kmaplab" || exit 99
PATH=$work/bin:$PATH
HOME=$work
export PATH HOME
bad=0

# examples PAGE: the command lines of its displays that run kmaplab, one example to a line.
examples() {
	awk '
		/^\.Ed/ { shown = 0 }
		shown { line = line $0; if (!sub(/\\e$/, "", line)) { print line; line = "" } }
		/^\.Sh/ { section = $2 }
		/^\.Bd -literal/ && section == "EXAMPLES" { shown = 1; line = "" }
	' "$1"
}

# The pages as they are installed, and a folder in which their examples find what they speak of.
pages="$top_srcdir/man/kmaplab.1 $top_srcdir/man/highmem.7 $top_srcdir/man/kmaplab-trace.5
	$top_builddir/man/kmaplab-events.7 $top_builddir/man/kmaplab-observables.7"
mkdir "$work/here" && cd "$work/here" || exit 99
for page in $pages; do
	examples "$page" >"$work/examples"
	[ "$(wc -l <"$work/examples")" -ge 1 ] || { echo "no examples in $page"; exit 99; }
	while IFS= read -r line; do
		sh -c "$line" >"$work/out" 2>&1 </dev/null && [ -s "$work/out" ] && continue
		case $line in *--trace*) [ -s trace.json ] && continue ;; esac
		echo "${page##*/}: this example fails: $line"
		cat "$work/out"
		bad=1
	done <"$work/examples"
done

# Words that the page must have, from the program itself.
sed 's/\\&//g; s/[,.]/ /g' "$top_srcdir/man/kmaplab.1" | tr ' ' '\n' | sort -u >"$work/words"
kmaplab -e help | sed -n 's/^[a-z ]\{12\}//p' | tr -s ' ' '\n' >"$work/needed"
kmaplab --help | sed -n 's/^ .*--\([a-z0-9-]*\).*/\1/p' >>"$work/needed"
kmaplab lesson --help | awk '/^ /{ print $3 }' >>"$work/needed"
[ "$(wc -l <"$work/needed")" -gt 60 ] || { echo "the program names hardly a command"; exit 99; }
while read -r word; do
	grep -qxF -e "$word" "$work/words" && continue
	[ -z "$word" ] || { echo "kmaplab(1) says nothing of $word"; bad=1; }
done <"$work/needed"

# What pages refer to is there: other pages, commands, observables.
all=$(ls "$top_srcdir"/man/*.[1-9] "$top_builddir"/man/*.[1-9])
for page in $all; do basename "$page"; done | sed 's/\.\([1-9]\)$/ \1/' | sort -u >"$work/pages"
printf 'xargs 1\n' >>"$work/pages"
# shellcheck disable=SC2086
sed -n 's/^\.Xr \([^ ]*\) \([1-9]\).*/\1 \2/p' $all | sort -u | while read -r name section; do
	grep -qx "$name $section" "$work/pages" ||
		echo "a page refers to $name($section), which is not there"
done >"$work/gone"
{ kmaplab -e help | sed -n 's/^[a-z ]\{12\}//p' | tr -s ' ' '\n'
	printf '%s\n' and or not resume skip next hint check restart status steps pause
} >"$work/words"
# shellcheck disable=SC2086
sed -n 's/^\.Ic \([a-z][a-z_-]*\).*/\1/p' $all | sort -u | while read -r word; do
	grep -qx "$word" "$work/words" || echo "a page speaks of a command $word, which is not there"
done >>"$work/gone"
kmaplab reference observables | sed -n 's/^\.It Va "\([a-zA-Z0-9_.]*\).*/\1/p' |
	sort -u >"$work/observables"
[ "$(wc -l <"$work/observables")" -gt 60 ] || { echo "hardly an observable"; exit 99; }
# shellcheck disable=SC2086
grep -ohE "(lab> |-e '|; )print [a-z_]+(\.[A-Za-z_]+)*" $all | sed 's/.*print //' | sort -u |
while read -r name; do
	grep -qx "$name" "$work/observables" || grep -q "^$name[.]" "$work/observables" ||
		kmaplab -e "print $name" >/dev/null 2>&1 ||
		case $name in count | page | cpu | tlb | pte) true ;; *) false ;; esac ||
		echo "a page prints $name, which is not there"
done >>"$work/gone"
[ ! -s "$work/gone" ] || { cat "$work/gone"; bad=1; }

# kmaplab(1) can be read by mandoc without a complaint.
command -v mandoc >/dev/null 2>&1 || { echo "without mandoc the pages were not read"; exit 77; }
mandoc -T lint -W warning "$top_srcdir/man/kmaplab.1" "$top_srcdir/man/highmem.7" || bad=1
exit $bad
