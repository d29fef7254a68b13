/** What the lab's "fresh machine" has: Debian without recommendations, and the tools that scenarios look around with. */
export const IMAGE_PACKAGES: readonly string[] = [
  "systemd",
  "systemd-sysv",
  "udev",
  "dbus",
  "linux-image-amd64",
  "initramfs-tools",
  "kmod",
  "procps",
  "iproute2",
  "util-linux",
  "usbutils",
  "python3",
  "socat",
  "strace",
  "lsof",
  "psmisc",
  "logrotate",
  "libudev1",
  "libusb-1.0-0",
  "libstdc++6",
  "ca-certificates",
  "curl",
  "xz-utils",
  // There to be kept off the modems' ports; masked until a scenario starts it.
  "modemmanager",
];

/** Not in the image, but installable in the guest with `apt-get install`, offline. */
export const OFFLINE_PACKAGES: readonly string[] = ["smstools"];

/** Parts of packages that nothing in a scenario reads: leaving them out halves the image. */
export const EXCLUDED_PATHS: readonly string[] = [
  "/usr/share/doc/*",
  "/usr/share/man/*",
  "/usr/share/locale/*",
  "/usr/share/info/*",
  ...["gpu", "media", "infiniband", "iio", "mmc", "scsi", "staging", "isdn", "hwmon", "input", "ata", "md"].map(
    (driver) => `/lib/modules/*/kernel/drivers/${driver}/*`,
  ),
  ...["wireless", "ethernet", "can", "fddi", "hamradio"].map((kind) => `/lib/modules/*/kernel/drivers/net/${kind}/*`),
  "/lib/modules/*/kernel/sound/*",
];
