#!/bin/sh
# Written by modemkeeper. Changes made here are undone: edit the inventory, then run `provision apply`.
# Resets a modem on the USB bus, with smsd out of the way.
set -- 'modem' 'reset' 'SIM7600' '--rung' 'usb-reset' '--yes'
if [ "$(id -u)" -ne 0 ]; then exec sudo -n '/usr/local/bin/modemkeeper' "$@"; fi
exec '/usr/local/bin/modemkeeper' "$@"
