#!/bin/sh
# The shells complete what the program knows: bash's function is run as bash would run it; zsh and
# fish, where they are installed, read theirs without a complaint.

set -u
: "${KMAPLAB:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0
for shell in bash zsh fish; do
	"$KMAPLAB" completion "$shell" >"$work/$shell" || bad=1
done
"$KMAPLAB" completion tcsh >/dev/null 2>&1 && { echo "there is a completion for tcsh?"; bad=1; }

# complete WORD...: what bash would offer for the last word, on one line.
complete() {
	bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kmaplab
		echo "${COMPREPLY[*]}"' bash "$work/bash" "$@"
}

# expect WANTED WORD...
expect() {
	wanted=$1
	shift
	got=$(complete "$@")
	case " $got " in
	*" $wanted "*) ;;
	*)
		echo "completing '$*': no '$wanted' in '$got'"
		bad=1 ;;
	esac
}

expect --kernel kmaplab --ker
expect 2.6.27 kmaplab --kernel 2.6.2
expect 64g kmaplab --highmem ''
expect nehalem kmaplab --cpu n
expect kunmap_atomic kmaplab -e kun
expect lint kmaplab lesson l
expect lesson kmaplab less
touch "$work/lab.km" && cd "$work" && expect lab.km kmaplab la
[ "$(complete kmaplab --kernel 9)" = "" ] || { echo "a kernel 9?"; bad=1; }

# Every option in all three.
"$KMAPLAB" --help | sed -n "s/^  *\(-[a-z], \)\{0,1\}--\([a-z0-9-]*\).*/\2/p" >"$work/options"
[ "$(wc -l <"$work/options")" -gt 10 ] || { echo "hardly an option"; exit 99; }
while read -r option; do
	grep -q -e "--$option" "$work/bash" && grep -q -e "--$option" "$work/zsh" &&
		grep -q -e "-l $option" "$work/fish" && continue
	echo "--$option is not completed everywhere"
	bad=1
done <"$work/options"

if command -v zsh >/dev/null; then zsh -n "$work/zsh" || bad=1; fi
if command -v fish >/dev/null; then fish -n "$work/fish" || bad=1; fi
exit $bad
