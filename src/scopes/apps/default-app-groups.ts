/**
 * The app groups of a machine that has no `apps_groups.conf`, in the form of that file.
 *
 * It has few patterns of the command line (`*x*`), and only distinctive ones: each is searched for in a long text, a common
 * word could be in any path, and the command line of a short-lived task cannot be read.
 */
export const DEFAULT_APP_GROUPS = `
# group: name name* *name *in-the-command-line*
#
# The first pattern that matches decides, so what is special comes before what is general.

# --- this agent

netdata: netdata netdatacli netdata-* spawn-plugins spawn-setns nd-run systemd-cat-native
netdata-plugins: *.plugin *ebpf-processes.plugin* cgroup-name.sh cgroup-network* tc-qos-helper.sh
netdata-plugins: alarm-notify.sh

# --- threads of the kernel

kernel-storage: jbd2/* ext4-* xfs-* xfsaild/* xfs_mru_cache xfsalloc btrfs-* z_* txg_* spl_* arc_* l2arc_* dbu_*
kernel-storage: dmcrypt_write* kdmflush/* scsi_eh_* scsi_tmf_* bcache_* drbd_* rpciod xprtiod loop0
kernel-storage: md0_* md1_* md2_* md3_* md126_* md127_* raid5wq
kernel: kthreadd kworker* ksoftirqd/* migration/* swapper/* idle_inject/* cpuhp/* stopper/* napi/*
kernel: rcu_* rcuc/* rcub/* rcuog/* rcuop/* rcuos/* irq/* watchdogd watchdog/* khungtaskd psimon*
kernel: kswapd* kcompactd* khugepaged ksmd kdamond* oom_reaper writeback vballoon hwrng
kernel: kdevtmpfs kauditd kblockd kintegrityd kthrotld netns mm_percpu_wq pool_workqueue_release
kernel: cryptomgr_test cryptomgr_probe ecryptfs-kthread kvm-nx-lpage-recovery

# --- containers and virtual machines

kubernetes: kubelet kube-* kubectl kubeadm k3s* k0s* rke2* microk8s* helm helmfile kustomize crictl
kubernetes: minikube argocd* fluxcd* kubescheduler
container-network: calico* cilium* flanneld multus* netavark aardvark-dns slirp4netns pasta
container-network: rootlessport* portmap host-local bandwidth
containers: dockerd* docker docker-* containerd* ctr nerdctl runc 'runc:*' crun youki conmon*
containers: crio podman* buildah buildkitd buildctl skopeo lxc* lxd* incus* pause catatonit
containers: fuse-overlayfs singularity apptainer systemd-nspawn exe
VMs: qemu-system-* qemu-img qemu-nbd qemu-kvm kvm kvm-* libvirtd virtqemud virtlogd virtlockd
VMs: virtstoraged virtnetworkd virsh virtiofsd vhost-* swtpm* VBox* vmtoolsd vmware* pve* pmxcfs
VMs: firecracker* cloud-hypervisor crosvm xenstored xenconsoled xl

# --- start, sessions, time, names

logging: systemd-journald systemd-journal-remote systemd-journal-upload rsyslogd syslogd klogd
logging: syslog-ng metalog logrotate savelog logger
udev: systemd-udevd (udev-worker) udevd udevadm systemd-hwdb
time: systemd-timesyncd systemd-time-wait-sync chronyd chronyc ntpd ntpdate ptp4l phc2sys hwclock
dns: systemd-resolved named unbound dnsmasq coredns knotd nsd pdns* rndc stubby dnscrypt-proxy
dns: pihole-FTL nscd
network: systemd-networkd systemd-networkd-wait-online NetworkManager nm-* nmcli wpa_supplicant
network: hostapd iwd ModemManager networkd-dispatcher ifup ifdown avahi-daemon lldpd teamd radvd
network: bird bird6 zebra bgpd ospfd bfdd staticd watchfrr vtysh ovs-* ovsdb-* keepalived
login: systemd-logind login agetty getty elogind su runuser sulogin newgrp passwd chpasswd chage
login: loginctl unix_chkpwd useradd usermod userdel groupadd groupdel
systemd: systemd systemd-* systemctl journalctl busctl timedatectl hostnamectl localectl
# Before it executes a service, systemd calls itself by the name of that in parentheses.
systemd: (*
init: init openrc* start-stop-daemon runit* runsv* s6-* supervisord monit tini dumb-init
init: telinit service invoke-rc.d
dbus: dbus-* polkitd pkttyagent accounts-daemon rtkit-daemon
sudo: sudo sudoedit doas pkexec visudo
cron: cron crond crontab anacron atd fcron dcron incrond run-parts

# --- doors: access, secrets, walls

ssh: sshd sshd-* ssh ssh-* scp sftp sftp-server dropbear* mosh-server autossh
vpn: openvpn wg wg-quick wg-crypt-* tailscale* charon charon-systemd ipsec pluto zerotier-one
vpn: xl2tpd pppd ocserv
firewall: iptables* ip6tables* xtables-* ebtables* nft firewalld ufw ipset fail2ban* crowdsec*
firewall: sshguard
security: auditd auditctl augenrules ausearch audisp* clamd clamscan freshclam clamonacc aide
security: ossec-* wazuh-* osqueryd falco* tetragon suricata snort rkhunter chkrootkit lynis
security: aa-* apparmor_parser restorecon setroubleshootd wdavdaemon
directory: slapd sssd sssd_* krb5kdc kadmind nslcd radiusd freeradius ns-slapd oddjobd
directory: oddjob-mkhomedir realmd adcli kinit ldapsearch
secrets: vault vaultwarden bao gpg gpg-agent dirmngr keyboxd pinentry* scdaemon certbot acme.sh
secrets: lego step-ca
dhcp: dhclient dhclient-script dhcpcd* dhcpd udhcpc udhcpd kea-*

# --- web and mail

web: nginx* apache2* httpd lighttpd caddy h2o openresty thttpd tomcat*
proxies: haproxy envoy traefik varnishd varnish* squid* pound nutcracker mcrouter tinyproxy privoxy
proxies: stunnel* hitch cloudflared frpc frps kong istio-* pilot-agent pilot-discovery linkerd*
php: php php-* php5* php7* php8* composer
mail: master qmgr pickup smtpd smtp tlsmgr anvil cleanup trivial-rewrite showq lmtp bounce postdrop
mail: postfix postqueue sendmail exim* opensmtpd dovecot* imap imap-login pop3 pop3-login
mail: managesieve* spamd spamc rspamd* amavisd* opendkim opendmarc postgrey mailman*
chat: asterisk freeswitch kamailio opensips rtpengine janus coturn turnserver ejabberd* prosody
chat: synapse* mattermost* znc

# --- databases, queues, search

mysql: mysqld mysqld_safe mysqld-* mysql mysqldump mysqladmin mariadbd* mariadb mariadb-*
mysql: proxysql maxscale
postgres: postgres postmaster psql pg_* pgbouncer pgpool* patroni* initdb vacuumdb repmgr*
redis: redis-server redis-sentinel redis-cli redis-check-* valkey-* keydb-* dragonfly
memcached: memcached
mongo: mongod mongos mongo mongosh mongodump mongorestore
clickhouse: clickhouse*
oracle: ora_* oracle oracle_* tnslsnr
sqlserver: sqlservr sqlcmd
cassandra: *org.apache.cassandra* scylla scylla-* cqlsh nodetool
databases: influxd influx cockroach couchdb neo4j victoria-metrics* victoria-logs* vmstorage
databases: vminsert vmselect questdb arangod rethinkdb sqlite3 duckdb tidb-server tikv-server
databases: pd-server fdbserver
coordination: etcd etcdctl consul consul-template nomad serf *org.apache.zookeeper*
search: *org.elasticsearch* *org.opensearch* *org.apache.solr* meilisearch typesense-server searchd
search: manticore* qdrant weaviate milvus
queues: *kafka.Kafka* '*rabbit boot*' rabbitmq* *org.apache.activemq* *org.apache.pulsar*
queues: nats-server mosquitto* nsqd nsqlookupd redpanda* rpk beanstalkd gearmand
bigdata: *org.apache.hadoop* *org.apache.spark* *org.apache.flink* *org.apache.hive* *io.trino*
bigdata: airflow

# --- watching

monitoring: prometheus promtool alertmanager *exporter pushgateway grafana* loki mimir
monitoring: tempo alloy thanos cortex telegraf collectd* statsd* carbon-* zabbix_* zabbix-*
monitoring: nagios* nrpe check_* icinga* snmpd snmptrapd munin* sensu-* datadog* trace-agent
monitoring: process-agent newrelic* cadvisor otelcol* jaeger* metricbeat
monitoring: heartbeat packetbeat pmcd pmlogger pmie pmproxy sadc sa1 sa2
log-shippers: filebeat auditbeat journalbeat fluentd fluent-bit td-agent* promtail vector logstash*
tracing: bpftrace bpftool perf strace ltrace trace-cmd gdb gdbserver lldb lldb-server valgrind*
tracing: memcheck-* stap* tcpdump tshark dumpcap crash drgn rr coredumpctl abrt*
process-tools: ps top htop atop btop pgrep pkill pidof kill killall killall5 uptime free vmstat
process-tools: dmesg lscpu lsns pmap iostat mpstat pidstat sar lsof fuser pstree w who last watch slabtop nproc
network-tools: ip ss netstat ping ping6 traceroute tracepath mtr mtr-packet dig host nslookup whois
network-tools: nc ncat socat telnet nmap arp arping ethtool tc ifconfig route iw openssl conntrack
network-tools: bridge brctl

# --- building, testing, delivering

ci: gitlab-runner* Runner.Listener Runner.Worker *jenkins.war* *hudson.remoting* buildkite-agent*
ci: drone-* woodpecker* act_runner circleci* concourse* teamcity* tekton* zuul-* buildbot*
versioncontrol: git git-* gitaly* gitlab-* gitea forgejo gogs hg svn svnserve cvs gh glab
build: make gmake cmake ctest ninja samu meson bazel* buck2 scons autoconf autom4te automake* aclocal
build: libtool* m4 bison flex pkg-config pkgconf configure config.status *org.gradle.* gradle
build: gradlew *org.codehaus.plexus.classworlds* mvn mvnd ant
build: cc c++ gcc* g++* cpp cc1 cc1plus collect2 lto-wrapper lto1 as ld ld.* gold mold clang* lld
build: ld64.lld wasm-ld llvm-* x86_64-linux-gnu-* i686-linux-gnu-* aarch64-linux-gnu-*
build: arm-linux-gnu* ar ranlib strip objcopy objdump nm readelf
build: ccache* sccache* distcc* nasm yasm dpkg-buildpackage dpkg-deb debhelper dh dh_* fakeroot*
build: lintian sbuild* pbuilder* mock protoc swig doxygen javac kotlinc scalac tsc esbuild
rust: cargo cargo-* rustc rustdoc rustup clippy-driver rust-analyzer build-script-build
go: go gofmt compile link asm cgo vet gopls dlv golangci-lint
configuration: ansible* puppet* chef-* salt-* cf-agent cf-execd cf-serverd cf-monitord terraform*
configuration: tofu packer vagrant pulumi* facter ohai
packagemanager: apt apt-* aptd aptitude apt.systemd.daily dpkg dpkg-* dselect debconf*
packagemanager: add-apt-repository unattended-upgrade* update-* needrestart* deb-systemd-* ldconfig*
packagemanager: yum* dnf* microdnf rpm rpmbuild rpmdb zypper* pacman* makepkg paru yay apk xbps-*
packagemanager: emerge* snap snapd snap-* snapfuse flatpak* packagekitd nix nix-* guix* brew tdnf
benchmarks: ab wrk wrk2 hey k6 vegeta siege locust stress stress-ng* fio sysbench hackbench hyperfine
benchmarks: pgbench redis-benchmark iperf* netperf netserver

# --- files: storage, transfer, backup

nfs: nfsd nfsdcld nfsiod lockd rpcbind rpc.* blkmapd ganesha.nfsd exportfs nfsv4.* automount
nfs: mount.nfs mount.nfs4 gssproxy
samba: smbd* nmbd winbindd samba* wb[* cifsd smbclient ctdbd wsdd
ceph: ceph ceph-* ceph_* radosgw* rbd rbd-* rados cephadm
objectstore: minio garage weed gluster* longhorn* linstor* mfsmaster mfschunkserver beegfs-*
storage: mount umount mount.* fsck fsck.* mkfs mkfs.* mke2fs e2fsck tune2fs resize2fs blkid lsblk
storage: findmnt fstrim losetup swapon mdadm mdmon lvm lvs pvs vgs lvcreate lvremove lvextend
storage: vgchange pvscan dmsetup dmeventd lvmpolld multipathd iscsid iscsiadm tgtd smartd smartctl
storage: hdparm nvme zpool zfs zed zdb btrfs xfs_repair udisksd cryptsetup snapper* parted sfdisk
storage: fdisk wipefs
filetransfer: rsync rclone wget curl aria2c lftp ftp vsftpd proftpd* pure-ftpd* tftpd in.tftpd
filetransfer: lsyncd syncthing s3cmd s5cmd transmission-* unison
backup: borg* restic bacula* bareos* bconsole duplicity duply kopia rsnapshot rdiff-backup veeam*
backup: pgbackrest barman* wal-g mariabackup xtrabackup timeshift velero
compression: gzip gunzip zcat pigz bzip2 bunzip2 pbzip2 xz unxz zstd zstdmt lz4 lzop tar bsdtar cpio
compression: zip unzip 7z 7za 7zr 7zz brotli rar unrar

# --- machines and clouds

cloud: cloud-init* cloud-id ds-identify google_* gce_* amazon-ssm-agent ssm-* amazon-cloudwatch-agent
cloud: waagent *WALinuxAgent* hv_kvp_daemon hv_vss_daemon qemu-ga spice-vdagent* gcloud aws az
hardware: irqbalance thermald acpid tuned power-profiles-daemon upowerd fwupd* mcelog rasdaemon
hardware: ipmievd ipmitool bluetoothd sensors fancontrol kmod modprobe insmod rmmod depmod lsmod
hardware: lspci lsusb dmidecode sysctl usbmuxd pcscd boltd
ups: upsd upsmon upsdrvctl usbhid-ups apcupsd pwrstatd
printing: cupsd cups-* lpd lpr lp saned gs ipp-usb
gpu: nvidia-* rocm-* rocm_smi dcgm* nv-hostengine nvitop nvtop
ai: ollama* llama-* tritonserver *vllm.entrypoints* *sglang.launch_server* jupyter* 'ray::*' raylet
ai: gcs_server mlflow
hpc: slurm* srun sbatch squeue mpirun mpiexec* orted prted hydra_pmi_proxy pbs_* munged condor_*
media: ffmpeg ffprobe mediamtx gst-* jellyfin* Plex* emby* icecast* mpd vlc mplayer mpv

# --- desktops

desktop: Xorg X Xwayland Xvfb Xvnc xinit startx gnome-* gdm* gsd-* gvfs* gjs kwin* plasma* sddm*
desktop: lightdm* xfce4-* xfwm4 xfdesktop xfconfd cinnamon* mate-* sway waybar i3 i3bar at-spi* xdg-*
desktop: kded* kdeinit* ibus-* fcitx* tracker-* evolution-* xrdp*
audio: pulseaudio pipewire* wireplumber pactl alsactl jackd jackdbus
browsers: firefox* 'Web Content' 'Isolated Web Content' WebExtensions 'Privileged Content' chrome
browsers: chrome_* chrome-* chromium* chromedriver geckodriver brave* msedge* WebKit* headless_shell
editors: vi vim vim.* nvim nano emacs* code code-* micro joe ed hx kate gedit mcedit less more most
editors: man mandb view

# --- shells and small tools: most of what a machine starts

terminals: tmux* screen byobu* script ttyd kitty alacritty konsole xterm expect
shells: sh bash dash zsh fish ksh* mksh ash rbash tcsh csh busybox pwsh elvish nu xonsh
coreutils: ls cp mv rm ln mkdir rmdir touch chmod chown chgrp stat file find locate updatedb* du df
coreutils: sync dd mktemp readlink realpath basename dirname install truncate tee split tree
coreutils: cat head tail tac cut paste sort uniq wc tr nl od hexdump xxd comm join cmp
coreutils: md5sum sha1sum sha256sum sha512sum cksum base64 fold fmt column
coreutils: sleep date true false test [ echo printf seq expr env id whoami groups hostname uname arch
coreutils: tty stty clear tput yes nice ionice renice nohup timeout chrt taskset setsid flock unshare
coreutils: nsenter setpriv chroot which whereis xargs parallel logname getent getconf getopt prlimit
coreutils: cal bc dc ldd locale mkfifo mknod mountpoint pathchk printenv pwd shuf stdbuf tempfile
coreutils: unlink users vdir dir numfmt expand factor
textutils: grep egrep fgrep zgrep rg sed awk gawk mawk nawk diff diff3 patch iconv strings envsubst
textutils: jq yq xmllint xsltproc

# --- languages: what is known by its interpreter alone

node: node nodejs node-* MainThread libuv-worker npm* npx pnpm* yarn* corepack pm2* PM2* bun bunx deno
node: next-server*
python: python python2* python3* pypy* gunicorn* uwsgi* uvicorn* hypercorn* celery* pip pip3* pipx uv
python: uvx poetry ipython* pytest* tox conda* mamba*
ruby: ruby ruby2* ruby3* irb rake bundle* gem puma* unicorn* sidekiq* Passenger* rails
perl: perl perl5* cpan cpanm prove starman*
java: java jsvc jar jcmd jps jstack jmap jstat kotlin scala sbt
dotnet: dotnet dotnet-* mono mono-sgen
erlang: beam.smp erl erl_child_setup epmd inet_gethost elixir iex mix
lua: lua lua5* luajit luarocks
R: R Rscript rsession rserver
`;
