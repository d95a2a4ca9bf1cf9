#!/bin/bash
# Lays a private Asterisk 22 into the cache folder and prints the root of its tree on the last line.
# No root, no chroot, nothing installed on the machine: a private apt configuration reads Debian sid, the packages
# are only unpacked, and the tree is run by its own loader (start.sh). About 23 MB to download, 62 MB on disk, 10 s.
# A second call finds the tree and downloads nothing. It needs apt-get, dpkg-deb and the Debian archive's keyring.
#
#   VOICEBOT_CACHE   where to keep it; default ${XDG_CACHE_HOME:-$HOME/.cache}/wouippleul-voicebot
set -euo pipefail

cache=${VOICEBOT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wouippleul-voicebot}
home=$cache/asterisk-22
root=$home/root
loader=$root/usr/lib64/ld-linux-x86-64.so.2

mkdir -p "$cache"
exec 9>"$cache/asterisk-22.lock" # two labs that start at once share one download
flock 9
if [ -f "$home/version" ] && [ -x "$root/usr/sbin/asterisk" ]; then
  echo "$(cat "$home/version"), from the cache" >&2
  echo "$root"
  exit 0
fi

say() { echo "fetch.sh: $*" >&2; }
[ "$(dpkg --print-architecture)" = amd64 ] || { say "the list of packages is for amd64"; exit 1; }
work=$home/work
rm -rf "$home"
mkdir -p "$work"/etc/{apt.conf.d,preferences.d} "$work"/state/lists/partial "$work"/cache/archives/partial "$work/debs" "$root"
: >"$work/state/status"

# The mirror this machine already uses, so that a closed network needs no further opening.
mirror_of_host() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1 || true
}
mirror=$(mirror_of_host)
if [ -z "$mirror" ]; then
  apt-get -qq update
  mirror=$(mirror_of_host)
fi
[ -n "$mirror" ] || { say "no Debian mirror is configured"; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring] $mirror sid main" >"$work/etc/sources.list"

# Check-Valid-Until: a frozen mirror's sid is signed, but its date may have passed.
cat >"$work/apt.conf" <<CONF
Dir "$work/";
Dir::State "$work/state";
Dir::State::status "$work/state/status";
Dir::Cache "$work/cache";
Dir::Etc "$work/etc";
Dir::Etc::sourcelist "$work/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::main "none.conf";
Dir::Etc::parts "/dev/null";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
CONF
export APT_CONFIG=$work/apt.conf
say "reading the package lists of sid"
apt-get -qq update

# Asterisk with the libraries that its loaded modules need (etc/modules.conf), and nothing else.
packages="asterisk asterisk-modules libbrotli1 libbsd0 libc6 libcap2 libcom-err2 libcrypt1 libcurl4t64 libdbus-1-3
  libedit2 libgcc-s1 libgssapi-krb5-2 libidn2-0 libjansson4 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0
  libldap2 libmd0 libnghttp2-14 libnghttp3-9 libngtcp2-16 libngtcp2-crypto-ossl0 libpsl5t64 libsasl2-2 libsqlite3-0
  libssh2-1t64 libssl3t64 libstdc++6 libsystemd0 libtinfo6 libunistring5 liburiparser1 libuuid1 libxml2-16
  libxslt1.1 libzstd1 zlib1g"
# shellcheck disable=SC2086 # a list of words
if ! (cd "$work/debs" && apt-get -qq download $packages); then
  say "sid has renamed a library: taking the whole closure of dependencies (91 MB)"
  apt-get -qq -y --download-only --no-install-recommends install asterisk asterisk-modules
  mv "$work"/cache/archives/*.deb "$work/debs/"
fi
say "unpacking"
printf '%s\n' "$work"/debs/*.deb | xargs -P 2 -I{} dpkg-deb -x {} "$root"
[ -e "$root/lib64" ] || ln -s usr/lib64 "$root/lib64"
rm -rf "$work"

"$loader" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/sbin/asterisk" -V >"$home/version.new"
mv "$home/version.new" "$home/version"
say "$(cat "$home/version"), $(du -sm "$root" | cut -f 1) MB"
echo "$root"
