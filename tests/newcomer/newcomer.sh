#!/bin/sh
# A newcomer, with a fresh Debian and the README: from nothing to the first finished lesson.
#
#	newcomer.sh FOLDER	as root; makes a minimal Debian in FOLDER unless there is one
#
# What is done in there is what README.md says under "Install", "A first session" and "For
# students", as somebody types it; what a student answers in the lesson comes from `lesson run
# --lines`. Not a part of "make check": it needs root, debootstrap and a network, and takes minutes.
# The transcript of the last time is beside this file.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
root=${1:?newcomer.sh FOLDER}

[ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$root"
cp /etc/resolv.conf "$root/etc/"
rm -rf "$root/root/kmaplab"
mkdir -p "$root/root/kmaplab"
(cd "$top" && git archive HEAD) | tar -xf - -C "$root/root/kmaplab"
rm -f "$root/root/kmaplab/tests/newcomer/transcript.txt"

# Everything typed is in the transcript, behind a dollar; the exit status when it is not 0.
cat >"$root/root/newcomer" <<'SESSION'
cd /root/kmaplab
export HOME=/root LC_ALL=C.UTF-8 TERM=dumb
type() {
	printf '$ %s\n' "$*"
	sh -c "$*" 2>&1 || { status=$?; echo "[exit status $status]"; exit 1; }
}
type "cat /etc/debian_version"
type "sed -n '1,/^## A first/p' README.md | head -n 40"
type "./bootstrap build"
awk '/^## / { here = /first session/ } here && /^```/ { inside = !inside; next } inside' \
	README.md >first-session
type "build/kmaplab --batch --echo first-session"
type "build/kmaplab lesson list"
build/kmaplab lesson run --lines 01 >typed
type "build/kmaplab lesson run 01 <typed"
type "build/kmaplab lesson list"
SESSION
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
trap 'umount "$root/proc"' EXIT
chroot "$root" sh /root/newcomer >"$here/transcript.txt.new" || {
	tail -n 20 "$here/transcript.txt.new"
	exit 1
}
# The lesson that was done is said to be done.
grep -q '01-two-address-spaces.*done\|done.*01-two-address-spaces' "$here/transcript.txt.new"
mv "$here/transcript.txt.new" "$here/transcript.txt"
echo "from nothing to the first lesson: $(wc -l <"$here/transcript.txt") lines in transcript.txt"
