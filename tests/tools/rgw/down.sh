#!/bin/bash
# Ends the processes that up.sh recorded in $RGW_DIR/pids, in the order rgw, osd, mon, and removes the folder.
: "${RGW_DIR:?the folder that up.sh was given}"
[ -e "$RGW_DIR/pids" ] || exit 0
mv "$RGW_DIR/pids" "$RGW_DIR/pids.ending" 2>/dev/null || exit 0 # somebody else is at it
for who in rgw osd mon; do
  pid=$(awk -v who=$who '$1 == who {print $2}' "$RGW_DIR/pids.ending")
  [ -n "$pid" ] || continue
  # Against reuse of the number: the command line must name our configuration.
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$RGW_DIR/ceph.conf" || continue
  kill -9 "$pid" # all data is in memory: there is nothing to save, and radosgw would take 5 seconds over it
  for _ in $(seq 1 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
done
rm -rf "$RGW_DIR"
