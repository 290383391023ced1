#!/bin/bash
# Starts a Ceph RADOS Gateway (radosgw, ceph-mon, ceph-osd of Debian 12) on loopback, data in memory, in about
# 2 seconds and 130 MiB. Needs: radosgw ceph-mon ceph-osd ceph-common openssl curl.
#   RGW_DIR      a new or empty folder; down.sh removes it
#   RGW_PORT     http port        TLS_PORT  https port (certificate: $RGW_DIR/cert.pem)
#   MON_PORT     the monitor's
#   AK, SK       the keys of the one user
#   LC_SECONDS   how long a lifecycle "day" lasts (default 5)
#   RGW_OWNER    a process; when it ends, everything here ends too
set -euo pipefail
: "${RGW_DIR:?}" "${RGW_PORT:?}" "${TLS_PORT:?}" "${MON_PORT:?}" "${AK:?}" "${SK:?}" "${LC_SECONDS:=5}" "${RGW_OWNER:=}"
here=$(cd "$(dirname "$0")" && pwd)
for tool in radosgw ceph-mon ceph-osd ceph openssl curl; do
  command -v "$tool" >/dev/null || { echo "$tool is not installed: apt-get install radosgw ceph-mon ceph-osd ceph-common openssl curl"; exit 3; }
done
mkdir -p "$RGW_DIR"
: >"$RGW_DIR/pids"
trap 'code=$?; if [ $code -ne 0 ]; then tail -n 5 "$RGW_DIR"/log/* 2>/dev/null; "$here/down.sh"; fi; exit $code' EXIT
mkdir -p "$RGW_DIR"/{mon/a,osd/0,rgw,run,log}

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$RGW_DIR/key.pem" -out "$RGW_DIR/cert.pem" -days 30 \
  -subj /CN=localhost -addext "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:s3.localhost,DNS:*.s3.localhost" 2>/dev/null

fsid=$(cat /proc/sys/kernel/random/uuid)
# ms_mon_client_mode: without authentication the default (secure) finds no mode in common.
# paxos_propose_interval: the default makes each of the gateway's pools take 2 seconds.
# pg log and lifecycle shards: memory creeps while lifecycle runs every few seconds.
cat >"$RGW_DIR/ceph.conf" <<C
[global]
fsid = $fsid
mon_initial_members = a
mon_host = [v2:127.0.0.1:$MON_PORT/0]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $RGW_DIR/run
admin_socket = $RGW_DIR/run/\$name.\$pid.asok
pid_file = $RGW_DIR/run/\$name.pid
log_file = $RGW_DIR/log/\$name.log
log_to_stderr = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_max_pg_per_osd = 2000
mon_warn_on_pool_no_redundancy = false
ms_bind_msgr1 = false
ms_mon_client_mode = crc
debug_ms = 0
[mon]
mon_data = $RGW_DIR/mon/a
mon_data_avail_crit = 1
mon_cluster_log_file = $RGW_DIR/log/cluster.log
mon_osd_full_ratio = 0.97
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
[osd]
osd_data = $RGW_DIR/osd/0
osd_objectstore = memstore
memstore_device_bytes = $((4 << 30))
osd_memory_target = 939524096
osd_class_load_list = *
osd_class_default_list = *
osd_min_pg_log_entries = 50
osd_max_pg_log_entries = 100
osd_pg_log_dups_tracked = 100
osd_op_num_shards = 2
osd_op_num_threads_per_shard = 2
[client.rgw]
ms_mon_client_mode = crc
rgw_frontends = beast endpoint=127.0.0.1:$RGW_PORT tcp_nodelay=1 ssl_endpoint=127.0.0.1:$TLS_PORT ssl_certificate=$RGW_DIR/cert.pem ssl_private_key=$RGW_DIR/key.pem
rgw_data = $RGW_DIR/rgw
rgw_dns_name = s3.localhost
rgw_lc_debug_interval = $LC_SECONDS
rgw_lc_max_objs = 4
rgw_lc_max_worker = 1
rgw_gc_max_objs = 4
rgw_gc_obj_min_wait = 10
rgw_gc_processor_period = 20
rgw_enable_usage_log = false
rgw_enable_ops_log = false
rgw_override_bucket_index_max_shards = 4
rgw_dynamic_resharding = false
rgw_thread_pool_size = 64
C
export CEPH_CONF="$RGW_DIR/ceph.conf"
start() { # start NAME COMMAND...: in the background, remembered
  local name=$1
  shift
  "$@" >"$RGW_DIR/log/$name.out" 2>&1 </dev/null &
  echo "$name $!" >>"$RGW_DIR/pids"
}

monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$MON_PORT/0]" "$RGW_DIR/monmap" >/dev/null
ceph-mon -c "$CEPH_CONF" --mkfs -i a --monmap "$RGW_DIR/monmap" >"$RGW_DIR/log/mon.mkfs" 2>&1
start mon ceph-mon -c "$CEPH_CONF" -i a -f
osd=$(cat /proc/sys/kernel/random/uuid)
ceph -c "$CEPH_CONF" --connect-timeout 20 osd new "$osd" 0 >/dev/null 2>"$RGW_DIR/log/ceph.err"
ceph-osd -c "$CEPH_CONF" -i 0 --mkfs --osd-uuid "$osd" >"$RGW_DIR/log/osd.mkfs" 2>&1
start osd ceph-osd -c "$CEPH_CONF" --no-mon-config -i 0 -f
# radosgw insists on a keyring even where nothing is authenticated.
ceph-authtool --create-keyring "$RGW_DIR/rgw/keyring" --gen-key -n client.rgw >/dev/null 2>&1
start rgw radosgw -c "$CEPH_CONF" --no-mon-config -n client.rgw -f
rgw=$(awk '$1 == "rgw" {print $2}' "$RGW_DIR/pids")
for attempt in $(seq 1 1200); do
  curl -s --noproxy '*' -o /dev/null "http://127.0.0.1:$RGW_PORT/" && break
  kill -0 "$rgw" 2>/dev/null || { echo "radosgw ended"; exit 4; }
  [ "$attempt" -lt 1200 ] || { echo "radosgw did not answer for a minute"; exit 5; }
  sleep 0.05
done
radosgw-admin -c "$CEPH_CONF" --no-mon-config user create --uid=test --display-name=test \
  --access-key="$AK" --secret="$SK" >/dev/null 2>"$RGW_DIR/log/admin.err"

if [ -n "$RGW_OWNER" ]; then
  # Whatever becomes of the owner, nothing here outlives it by more than a second.
  (
    trap - EXIT
    while kill -0 "$RGW_OWNER" 2>/dev/null && [ -e "$RGW_DIR/pids" ]; do sleep 1; done
    exec "$here/down.sh"
  ) >/dev/null 2>&1 </dev/null &
fi
