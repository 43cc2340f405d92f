"""The settings that units may have, by section, and what their values may be.

Facts of systemd 252 and 262 (`systemd --dump-configuration-items`), taken together: what either knows is
no misspelling. systemd passes over all else with a warning that nobody reads, so that what it was to switch
on is silently off.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice

from compolint.model.unit import Unit, boolean
from compolint.spelling import meant
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

_NEAR = 0.8  # what is new is not mostly spelt as what is old
_MOST_QUESTIONS = 20  # what somebody meant takes a while to find out
_EXECUTING = frozenset({"Service", "Socket", "Mount", "Swap"})


class Passed(NamedTuple):
    """Something in a unit that systemd passes over."""

    message: str  # goes on after the unit's name
    at: Span


def unknown_settings(unit: Unit) -> Iterator[Passed]:
    """Sections and keys that systemd does not know."""
    known = (unit.section, "Unit", "Install")
    asked = 0
    for number, section in enumerate(unit.sections):
        if section not in known and not section.startswith("X-"):
            question = meant(section, known)
            yield Passed(
                f"has a section [{section}], which no {unit.type} has{question}", unit.at("sections", number)
            )
    for (section, key), values in unit.settings.items():
        if section not in known or key in settings(section) or key.startswith("X-"):
            continue
        home = next((other for other in known if key in settings(other)), None)
        asked += home is None
        question = f"; it belongs to [{home}]" if home else ""
        if home is None and asked <= _MOST_QUESTIONS:
            question = meant(key, settings(section))
        for number in range(len(values)):
            at = unit.at(f"{section}.{key}.{number}", "name")
            yield Passed(f"has a setting {key} in [{section}], which systemd does not know{question}", at)


def wrong_values(unit: Unit) -> Iterator[Passed]:
    """Values that do nothing, as systemd does not know them."""
    yield from islice(_unknown_capabilities(unit), _MOST_QUESTIONS)
    yield from islice(_unknown_sets(unit), _MOST_QUESTIONS)
    for (section, key), values in unit.settings.items():
        is_switch, words = key in _switches() or key in _ALSO_SWITCHES, _WORDS.get(key, "").split()
        if not (is_switch or words) or key not in settings(section):
            continue
        for number, value in enumerate(values):
            # Nothing says in older versions the same as the line not being there.
            if isinstance(value, Unknown) or not value or value.partition(":")[0] in words:
                continue
            if boolean(value) is None or not is_switch:
                expected = meant(value, words) if words else "; a boolean was expected"
                at = unit.at(f"{section}.{key}", number)
                yield Passed(f"has a value for {key} that systemd does not know{expected}", at)


def _unknown_capabilities(unit: Unit) -> Iterator[Passed]:
    for key in ("CapabilityBoundingSet", "AmbientCapabilities"):
        for value, at in unit.each_of(key):
            if isinstance(value, Unknown):
                continue
            from compolint.model.unit_confinement import CAPABILITIES

            for word in value.removeprefix("~").replace('"', " ").replace("'", " ").split():
                name = word.upper().removeprefix("CAP_")
                if not word.isdecimal() and (name == word.upper() or name not in CAPABILITIES):
                    question = meant(word.upper(), [f"CAP_{known}" for known in CAPABILITIES])
                    yield Passed(f"names a capability {word} that there is not{question}", at)


def _unknown_sets(unit: Unit) -> Iterator[Passed]:
    """Sets of system calls that are spelt almost as one that there is; newer versions have more of them."""
    for value, at in unit.each_of("SystemCallFilter"):
        for word in () if isinstance(value, Unknown) else value.removeprefix("~").split():
            name = word.partition(":")[0]
            if not name.startswith("@") or name.endswith("@"):
                continue
            from compolint.model.knowledge.syscalls import GROUPS

            if name not in GROUPS and (question := meant(name, GROUPS, _NEAR)):
                yield Passed(f"names a set of system calls {name} that there is not{question}", at)


@cache
def settings(section: str) -> frozenset[str]:
    """The keys of a section; none of one that is not known."""
    own = _OWN.get(section, "").split()
    common = _RESOURCES.split() if section in _EXECUTING | {"Slice", "Scope"} else ()
    ending = _ENDING.split() if section in _EXECUTING | {"Scope"} else ()
    execution = _EXECUTION.split() if section in _EXECUTING else ()
    return frozenset((*own, *common, *ending, *execution))


@cache
def _switches() -> frozenset[str]:
    return frozenset(_BOOLEANS.split())


# Words that one of the two versions takes; of most a boolean, too.
_WORDS = {
    "KeyringMode": "inherit private shared",
    "NotifyAccess": "none main exec all",
    "PrivateTmp": "disconnected",
    "PrivateUsers": "self identity full managed",
    "ProcSubset": "all pid",
    "ProtectControlGroups": "private strict",
    "ProtectHome": "read-only tmpfs",
    "ProtectHostname": "private",
    "ProtectProc": "default noaccess invisible ptraceable",
    "ProtectSystem": "full strict",
    "DevicePolicy": "auto closed strict",
}
_ALSO_SWITCHES = frozenset((
    "PrivateMounts", "PrivateTmp", "PrivateUsers", "ProtectControlGroups", "ProtectHome", "ProtectHostname",
    "ProtectSystem",
))  # fmt: skip
_EXECUTION = """
    AmbientCapabilities AppArmorProfile BPFDelegateAttachments BPFDelegateCommands BPFDelegateMaps
    BPFDelegatePrograms BindLogSockets BindPaths BindReadOnlyPaths CPUAffinity CPUSchedulingPolicy
    CPUSchedulingPriority CPUSchedulingResetOnFork CacheDirectory CacheDirectoryAccounting
    CacheDirectoryMode CacheDirectoryQuota CapabilityBoundingSet ConfigurationDirectory
    ConfigurationDirectoryMode CoredumpFilter DelegateNamespaces DynamicUser Environment EnvironmentFile
    ExecPaths ExecSearchPath ExtensionDirectories ExtensionImagePolicy ExtensionImages Group
    IOSchedulingClass IOSchedulingPriority IPCNamespacePath IgnoreSIGPIPE ImportCredential
    InaccessibleDirectories InaccessiblePaths KeyringMode LimitAS LimitCORE LimitCPU LimitDATA LimitFSIZE
    LimitLOCKS LimitMEMLOCK LimitMSGQUEUE LimitNICE LimitNOFILE LimitNPROC LimitRSS LimitRTPRIO LimitRTTIME
    LimitSIGPENDING LimitSTACK LoadCredential LoadCredentialEncrypted LockPersonality LogExtraFields
    LogFilterPatterns LogLevelMax LogNamespace LogRateLimitBurst LogRateLimitIntervalSec LogsDirectory
    LogsDirectoryAccounting LogsDirectoryMode LogsDirectoryQuota MemoryDenyWriteExecute MemoryKSM MemoryTHP
    MountAPIVFS MountFlags MountImagePolicy MountImages NUMAMask NUMAPolicy NetworkNamespacePath Nice
    NoExecPaths NoNewPrivileges OOMScoreAdjust PAMName PassEnvironment Personality PrivateBPF PrivateDevices
    PrivateIPC PrivateMounts PrivateNetwork PrivatePIDs PrivateTmp PrivateUsers ProcSubset ProtectClock
    ProtectControlGroups ProtectHome ProtectHostname ProtectKernelLogs ProtectKernelModules
    ProtectKernelTunables ProtectProc ProtectSystem ReadOnlyDirectories ReadOnlyPaths ReadWriteDirectories
    ReadWritePaths RemoveIPC RestrictAddressFamilies RestrictFileSystems RestrictNamespaces RestrictRealtime
    RestrictSUIDSGID RootDirectory RootEphemeral RootHash RootHashSignature RootImage RootImageOptions
    RootImagePolicy RootMStack RootVerity RuntimeDirectory RuntimeDirectoryMode RuntimeDirectoryPreserve
    SELinuxContext SecureBits SetCredential SetCredentialEncrypted SetLoginEnvironment SmackProcessLabel
    StandardError StandardInput StandardInputData StandardInputText StandardOutput StateDirectory
    StateDirectoryAccounting StateDirectoryMode StateDirectoryQuota SupplementaryGroups SyslogFacility
    SyslogIdentifier SyslogLevel SyslogLevelPrefix SystemCallArchitectures SystemCallErrorNumber
    SystemCallFilter SystemCallLog TTYColumns TTYPath TTYReset TTYRows TTYVHangup TTYVTDisallocate
    TemporaryFileSystem TimeoutCleanSec TimeoutSec TimerSlackNSec UMask UnsetEnvironment User
    UserNamespacePath UtmpIdentifier UtmpMode WorkingDirectory
"""
_RESOURCES = """
    AllowedCPUs AllowedMemoryNodes BPFProgram BindNetworkInterface BlockIOAccounting BlockIODeviceWeight
    BlockIOReadBandwidth BlockIOWeight BlockIOWriteBandwidth CPUAccounting CPUPressureThresholdSec
    CPUPressureWatch CPUQuota CPUQuotaPeriodSec CPUSetPartition CPUShares CPUWeight CoredumpReceive
    DefaultMemoryLow DefaultMemoryMin Delegate DelegateSubgroup DeviceAllow DevicePolicy DisableControllers
    IOAccounting IODeviceLatencyTargetSec IODeviceWeight IOPressureThresholdSec IOPressureWatch
    IOReadBandwidthMax IOReadIOPSMax IOWeight IOWriteBandwidthMax IOWriteIOPSMax IPAccounting IPAddressAllow
    IPAddressDeny IPEgressFilterPath IPIngressFilterPath ManagedOOMMemoryPressure
    ManagedOOMMemoryPressureDurationSec ManagedOOMMemoryPressureLimit ManagedOOMPreference ManagedOOMSwap
    MemoryAccounting MemoryHigh MemoryLimit MemoryLow MemoryMax MemoryMin MemoryPressureThresholdSec
    MemoryPressureWatch MemorySwapMax MemoryZSwapMax MemoryZSwapWriteback NFTSet OOMRules
    RestrictNetworkInterfaces Slice SocketBindAllow SocketBindDeny StartupAllowedCPUs
    StartupAllowedMemoryNodes StartupBlockIOWeight StartupCPUShares StartupCPUWeight StartupIOWeight
    StartupMemoryHigh StartupMemoryLow StartupMemoryMax StartupMemorySwapMax StartupMemoryZSwapMax
    TasksAccounting TasksMax
"""
_ENDING = """
    FinalKillSignal KillMode KillSignal RestartKillSignal SendSIGHUP SendSIGKILL WatchdogSignal
"""
_OWN = {
    "Unit": """
        After AllowIsolate AssertACPower AssertArchitecture AssertCPUFeature AssertCPUPressure AssertCPUs
        AssertCapability AssertControlGroupController AssertCredential AssertDirectoryNotEmpty
        AssertEnvironment AssertFileIsExecutable AssertFileNotEmpty AssertFirstBoot AssertFraction
        AssertGroup AssertHost AssertIOPressure AssertKernelCommandLine AssertKernelModuleLoaded
        AssertKernelVersion AssertMachineTag AssertMemory AssertMemoryPressure AssertNeedsUpdate
        AssertOSRelease AssertPathExists AssertPathExistsGlob AssertPathIsDirectory AssertPathIsEncrypted
        AssertPathIsMountPoint AssertPathIsReadWrite AssertPathIsSocket AssertPathIsSymbolicLink
        AssertSecurity AssertUser AssertVersion AssertVirtualization Before BindTo BindsTo CollectMode
        ConditionACPower ConditionArchitecture ConditionCPUFeature ConditionCPUPressure ConditionCPUs
        ConditionCapability ConditionControlGroupController ConditionCredential ConditionDirectoryNotEmpty
        ConditionEnvironment ConditionFileIsExecutable ConditionFileNotEmpty ConditionFirmware
        ConditionFirstBoot ConditionFraction ConditionGroup ConditionHost ConditionIOPressure
        ConditionKernelCommandLine ConditionKernelModuleLoaded ConditionKernelVersion ConditionMachineTag
        ConditionMemory ConditionMemoryPressure ConditionNeedsUpdate ConditionOSRelease
        ConditionPathExists ConditionPathExistsGlob ConditionPathIsDirectory ConditionPathIsEncrypted
        ConditionPathIsMountPoint ConditionPathIsReadWrite ConditionPathIsSocket
        ConditionPathIsSymbolicLink ConditionSecurity ConditionUser ConditionVersion
        ConditionVirtualization Conflicts DefaultDependencies Description Documentation FailureAction
        FailureActionExitStatus IgnoreOnIsolate JobRunningTimeoutSec JobTimeoutAction
        JobTimeoutRebootArgument JobTimeoutSec JoinsNamespaceOf OnFailure OnFailureIsolate
        OnFailureJobMode OnSuccess OnSuccessJobMode PartOf PropagateReloadFrom PropagateReloadTo
        PropagatesReloadTo PropagatesStopTo RebootArgument RefuseManualStart RefuseManualStop
        ReloadPropagatedFrom Requires RequiresMountsFor RequiresOverridable Requisite RequisiteOverridable
        SourcePath StartLimitAction StartLimitBurst StartLimitInterval StartLimitIntervalSec
        StopPropagatedFrom StopWhenUnneeded SuccessAction SuccessActionExitStatus SurviveFinalKillSignal
        Upholds Wants WantsMountsFor
    """,
    "Install": """
        Alias Also DefaultInstance RequiredBy UpheldBy WantedBy
    """,
    "Automount": """
        DirectoryMode ExtraOptions TimeoutIdleSec Where
    """,
    "Path": """
        DirectoryMode DirectoryNotEmpty MakeDirectory PathChanged PathExists PathExistsGlob PathModified
        TriggerLimitBurst TriggerLimitIntervalSec Unit
    """,
    "Timer": """
        AccuracySec DeferReactivation FixedRandomDelay OnActiveSec OnBootSec OnCalendar OnClockChange
        OnStartupSec OnTimezoneChange OnUnitActiveSec OnUnitInactiveSec Persistent RandomizedDelaySec
        RandomizedOffsetSec RemainAfterElapse Unit WakeSystem
    """,
    "Slice": """
        ActivatingConcurrencyMax ConcurrencyHardMax ConcurrencySoftMax
    """,
    "Scope": """
        OOMPolicy RuntimeMaxSec RuntimeRandomizedExtraSec TimeoutStopSec
    """,
    "Service": """
        BusName ExecCondition ExecReload ExecReloadPost ExecStart ExecStartPost ExecStartPre ExecStop
        ExecStopPost ExitType FailureAction FileDescriptorStoreMax FileDescriptorStorePreserve
        GuessMainPID LUOSession NonBlocking NotifyAccess OOMPolicy OpenFile PIDFile PermissionsStartOnly
        RebootArgument RefreshOnReload ReloadSignal RemainAfterExit Restart RestartForceExitStatus
        RestartMaxDelaySec RestartMode RestartPreventExitStatus RestartRandomizedDelaySec RestartSec
        RestartSteps RootDirectoryStartOnly RuntimeMaxSec RuntimeRandomizedExtraSec Sockets
        StartLimitAction StartLimitBurst StartLimitInterval SuccessExitStatus TimeoutAbortSec
        TimeoutStartFailureMode TimeoutStartSec TimeoutStopFailureMode TimeoutStopSec Type
        USBFunctionDescriptors USBFunctionStrings WatchdogSec
    """,
    "Socket": """
        Accept AcceptFileDescriptors Backlog BindIPv6Only BindToDevice Broadcast DeferAcceptSec
        DeferTrigger DeferTriggerMaxSec DirectoryMode ExecStartPost ExecStartPre ExecStopPost ExecStopPre
        FileDescriptorName FlushPending FreeBind IPTOS IPTTL KeepAlive KeepAliveIntervalSec
        KeepAliveProbes KeepAliveTimeSec ListenDatagram ListenFIFO ListenMessageQueue ListenNetlink
        ListenSequentialPacket ListenSpecial ListenStream ListenUSBFunction Mark MaxConnections
        MaxConnectionsPerSource MessageQueueMaxMessages MessageQueueMessageSize NoDelay PassCredentials
        PassFileDescriptorsToExec PassPIDFD PassPacketInfo PassSecurity PipeSize PollLimitBurst
        PollLimitIntervalSec Priority ReceiveBuffer RemoveOnStop ReusePort SELinuxContextFromNet
        SendBuffer Service SmackLabel SmackLabelIPIn SmackLabelIPOut SocketGroup SocketMode SocketProtocol
        SocketUser Symlinks TCPCongestion Timestamping Transparent TriggerLimitBurst
        TriggerLimitIntervalSec Writable XAttrAccept XAttrEntryPoint XAttrListen
    """,
    "Mount": """
        DirectoryMode ForceUnmount LazyUnmount Options ReadWriteOnly SloppyOptions Type What Where
    """,
    "Swap": """
        Options Priority What
    """,
}
_BOOLEANS = """
    Accept AcceptFileDescriptors AllowIsolate BlockIOAccounting Broadcast CPUAccounting
    CPUSchedulingResetOnFork CacheDirectoryAccounting CoredumpReceive DefaultDependencies DeferReactivation
    DynamicUser FixedRandomDelay FlushPending ForceUnmount FreeBind GuessMainPID IOAccounting IPAccounting
    IgnoreOnIsolate IgnoreSIGPIPE KeepAlive LazyUnmount LockPersonality LogsDirectoryAccounting
    MakeDirectory MemoryAccounting MemoryDenyWriteExecute MemoryZSwapWriteback NoDelay NoNewPrivileges
    NonBlocking OnClockChange OnFailureIsolate OnTimezoneChange PassCredentials PassFileDescriptorsToExec
    PassPIDFD PassPacketInfo PassSecurity PermissionsStartOnly Persistent PrivateDevices PrivateIPC
    PrivateNetwork ProtectClock ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ReadWriteOnly
    RefuseManualStart RefuseManualStop RemainAfterElapse RemainAfterExit RemoveIPC RemoveOnStop
    RestrictRealtime RestrictSUIDSGID ReusePort RootDirectoryStartOnly RootEphemeral SELinuxContextFromNet
    SendSIGHUP SendSIGKILL SloppyOptions StateDirectoryAccounting StopWhenUnneeded SurviveFinalKillSignal
    SyslogLevelPrefix TTYReset TTYVHangup TTYVTDisallocate TasksAccounting Transparent WakeSystem Writable
"""
