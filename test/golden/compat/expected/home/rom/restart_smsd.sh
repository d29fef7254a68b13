#!/bin/sh
# Written by modemkeeper. Changes made here are undone: edit the inventory, then run `provision apply`.
# Restarts smsd and clears the flag.
set -- 'smsd' 'restart'
if [ "$(id -u)" -ne 0 ]; then exec sudo -n '/usr/local/bin/modemkeeper' "$@"; fi
exec '/usr/local/bin/modemkeeper' "$@"
