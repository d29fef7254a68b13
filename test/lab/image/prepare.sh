#!/bin/sh
# mmdebstrap extract hook: before any package is configured, so that the first initrd is already the small one.
# Usage: prepare.sh ROOT OVERLAY
set -eu
cp -a --no-preserve=ownership "$2/." "$1/"
