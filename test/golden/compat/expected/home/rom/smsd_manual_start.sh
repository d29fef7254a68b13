#!/bin/sh
# Written by modemkeeper. Changes made here are undone: edit the inventory, then run `provision apply`.
# Starts smsd and clears the flag.
set -- 'smsd' 'start'
if [ "$(id -u)" -ne 0 ]; then exec sudo -n '/usr/local/bin/modemkeeper' "$@"; fi
exec '/usr/local/bin/modemkeeper' "$@"
