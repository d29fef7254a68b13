/** Debian packages that the lab needs on the machine that runs it (a builder of images and an emulator). */
export const LAB_HOST_PACKAGES: readonly string[] = [
  "qemu-system-x86",
  "qemu-utils",
  "mmdebstrap",
  "e2fsprogs",
  "dpkg-dev",
  "util-linux",
];
