"""Groups of system calls as systemd knows them, as far as its security assessment looks at their members.

Facts of systemd 252 (`systemd-analyze syscall-filter`); of system calls only those that Linux has on x86-64.
Of a newer systemd `@mount` no longer has `open_tree`, and `@sandbox` is new, with nothing of these in it.
"""

from functools import cache

# Those that are assessed.
ASSESSED = (
    "@swap", "@obsolete", "@clock", "@cpu-emulation", "@debug", "@mount", "@module", "@raw-io", "@reboot",
    "@privileged", "@resources",
)  # fmt: skip
_GROUPS = {
    "@aio": "",
    "@basic-io": "",
    "@chown": "chown fchown fchownat lchown",
    "@clock": "adjtimex clock_adjtime clock_settime settimeofday",
    "@cpu-emulation": "modify_ldt",
    "@debug": "lookup_dcookie perf_event_open pidfd_getfd ptrace",
    "@default": "",
    "@file-system": "",
    "@io-event": "",
    "@ipc": "",
    "@keyring": "",
    "@memlock": "",
    "@module": "delete_module finit_module init_module",
    "@mount": "chroot fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree pivot_root "
    "umount2",
    "@network-io": "",
    "@obsolete": "_sysctl afs_syscall create_module get_kernel_syms getpmsg putpmsg query_module security "
    "sysfs tuxcall uselib ustat vserver",
    "@pkey": "",
    "@privileged": "@chown @clock @module @raw-io @reboot @swap _sysctl acct bpf capset chroot fanotify_init "
    "fanotify_mark nfsservctl open_by_handle_at pivot_root quotactl quotactl_fd setdomainname setfsuid "
    "setgroups sethostname setresuid setreuid setuid vhangup",
    "@process": "",
    "@raw-io": "ioperm iopl",
    "@reboot": "kexec_file_load kexec_load reboot",
    "@resources": "ioprio_set mbind migrate_pages move_pages sched_setaffinity sched_setattr sched_setparam "
    "sched_setscheduler set_mempolicy set_mempolicy_home_node setpriority setrlimit",
    "@sandbox": "",
    "@setuid": "setgroups setresuid setreuid setuid",
    "@signal": "",
    "@swap": "swapoff swapon",
    "@sync": "",
    "@system-service": "@chown @resources @setuid capset setfsuid",
    "@timer": "",
}

GROUPS = frozenset((*_GROUPS, "@known"))


@cache
def members(group: str) -> frozenset[str]:
    """The system calls of a group; a name that is no group's is one itself."""
    if not group.startswith("@"):
        return frozenset((group,)) & _assessed()
    if group == "@known":
        return _assessed() - {"nfsservctl"}
    found: set[str] = set()
    for name in _GROUPS.get(group, "").split():
        found |= members(name) if name.startswith("@") else {name}
    return frozenset(found)


@cache
def _assessed() -> frozenset[str]:
    return frozenset().union(*map(members, ASSESSED))
