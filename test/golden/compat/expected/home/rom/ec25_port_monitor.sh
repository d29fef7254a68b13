#!/bin/sh
# Written by modemkeeper. Changes made here are undone: edit the inventory, then run `provision apply`.
# The agent watches, restarts and heals; this only says by its exit code whether all is well.
set -- 'status' '--quiet'
exec '/usr/local/bin/modemkeeper' "$@"
