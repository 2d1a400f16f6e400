# Executed in a booted Debian 12: an operator installs the package, restarts the agent and has the charts. Then a known workload
# runs for 20 s, and the agent is asked for the sums.
set -eu
config=/etc/netdata/ebpf.d
mkdir -p $config
printf '[global]\n update every = 1\n apps = yes\n cgroups = yes\n ebpf load mode = return\n' >$config/process.conf
echo 'storms: booted-storm' >/etc/netdata/apps_groups.conf
mv /root/storm /usr/local/bin/booted-storm
dpkg -i /root/*.deb >/dev/null
systemctl restart netdata

api=http://127.0.0.1:19999/api/v1
chart() { curl -s "$api/chart?chart=$1" | grep -q '"units"'; }
for chart in system.process_thread system.exit system.process_status system.task_error apps.process_create apps.thread_create \
  apps.task_exit apps.task_close apps.task_error; do
  i=0
  until chart $chart; do
    i=$((i + 1))
    [ $i -lt 240 ] || { echo "no $chart"; exit 1; }
    sleep 0.25
  done
done
sleep 2
began=$(date +%s)
for i in 1 2 3 4 5 6 7 8 9 10; do
  booted-storm 100 50 20 7
  sleep 2
done
sleep 4
# sum CHART: of what was created a second, by the group of the workload.
sum() {
  curl -s "$api/data?chart=$1&dimensions=storms&after=$began&before=$(date +%s)&format=csv&options=unaligned" |
    awk -F, 'NR > 1 { sum += $2 } END { print sum }'
}
echo "processes $(sum apps.process_create)"
echo "threads $(sum apps.thread_create)"
echo "failed $(sum apps.task_error)"
echo "bpftrace runs as $(stat -c %U "/proc/$(pidof bpftrace)"), its client as $(systemctl show -P Description 'ebpf-processes@*' | sed -n 's/.*UID \([0-9]*\).*/\1/p' | xargs -r getent passwd | cut -d: -f1)"
grep -c 'the launcher behind /run/ebpf-processes.sock' /var/log/netdata/error.log
systemd-analyze security ebpf-processes@x.service --no-pager 2>/dev/null | sed -n 's/.*exposure level.*: \([0-9.]*\).*/exposure \1/p'
