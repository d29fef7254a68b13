#!/bin/sh
# mmdebstrap customize hook: turns a minimal Debian into the lab's "fresh machine".
# Usage: customize.sh ROOT NODE_BINARY PACKAGE...   (the packages become installable offline)
set -eu
root=$1
node=$2
shift 2

echo gateway >"$root/etc/hostname"
printf '127.0.0.1 localhost gateway\n::1 localhost\n' >"$root/etc/hosts"
echo '/dev/vda / ext4 errors=remount-ro 0 0' >"$root/etc/fstab"

# The lab's own Node, off the PATH: a fresh machine has none.
install -D -m 0755 "$node" "$root/srv/lab/node"

# A timer that fires in the middle of a scenario makes its result a matter of luck.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer logrotate.timer systemd-tmpfiles-clean.timer ModemManager.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
systemctl --root="$root" enable lab-agent.service

# The packages that scenarios install, with what they pull in, as a file: source: the guest has no network.
chroot "$root" apt-get clean
chroot "$root" apt-get install --yes --no-install-recommends --download-only "$@"
mkdir -p "$root/srv/debs"
mv "$root"/var/cache/apt/archives/*.deb "$root/srv/debs/"
(cd "$root/srv/debs" && dpkg-scanpackages --multiversion . >Packages)
rm -f "$root/etc/apt/sources.list" "$root"/etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/debs ./' >"$root/etc/apt/sources.list"
rm -rf "$root"/var/lib/apt/lists/*
mkdir -p "$root/var/lib/apt/lists/partial" "$root/srv/share"
