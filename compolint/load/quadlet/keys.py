"""The keys of quadlets, as podman 5.8 knows them: podman-systemd.unit(5).

Podman makes no unit at all of a file with another key, so that what worked before the slip runs no more.
Newer versions know more keys; so only what is spelt almost as one of these is reported.
"""

from collections.abc import Iterator
from functools import cache

from compolint.load.unit.reading import Reading
from compolint.spelling import meant
from compolint.text import Span

_NEAR = 0.8  # what is new is not mostly spelt as what is old
_MOST_QUESTIONS = 20  # what somebody meant takes a while to find out
_EVERYWHERE = "ContainersConfModule GlobalArgs PodmanArgs ServiceName"
_USERS = "GIDMap RemapGid RemapUid RemapUidSize RemapUsers SubGIDMap SubUIDMap UIDMap UserNS"
_NETWORK = (
    "AddHost DNS DNSOption DNSSearch HostName IP IP6 Label Network NetworkAlias PublishPort ShmSize Volume"
)
_FETCHING = "Arch AuthFile Retry RetryDelay TLSVerify Variant"
_KEYS = {
    "Container": f"""{_NETWORK} {_USERS} AddCapability AddDevice Annotation AppArmor AutoUpdate CgroupsMode
        ContainerName
        DropCapability Entrypoint Environment EnvironmentFile EnvironmentHost Exec ExposeHostPort
        Group GroupAdd HealthCmd HealthInterval HealthLogDestination HealthMaxLogCount
        HealthMaxLogSize HealthOnFailure HealthRetries HealthStartPeriod HealthStartupCmd
        HealthStartupInterval HealthStartupRetries HealthStartupSuccess HealthStartupTimeout
        HealthTimeout HttpProxy Image LogDriver LogOpt Mask Memory Mount NoNewPrivileges Notify
        PidsLimit Pod Pull ReadOnly ReadOnlyTmpfs ReloadCmd ReloadSignal Retry RetryDelay Rootfs
        RunInit SeccompProfile Secret SecurityLabelDisable SecurityLabelFileType SecurityLabelLevel
        SecurityLabelNested SecurityLabelType StartWithPod StopSignal StopTimeout Sysctl Timezone
        Tmpfs Ulimit Unmask User VolatileTmp WorkingDir""",
    "Pod": f"{_NETWORK} {_USERS} ExitPolicy PodName StopTimeout",
    "Kube": f"""{_USERS} AutoUpdate ConfigMap ExitCodePropagation KubeDownForce LogDriver LogOpt Network
        PublishPort SetWorkingDirectory Yaml""",
    "Network": """DisableDNS DNS Driver Gateway InterfaceName Internal IPAMDriver IPRange IPv6 Label
        NetworkDeleteOnStop NetworkName Options Subnet""",
    "Volume": "Copy Device Driver GID Group Image Label Options Type UID User VolumeName",
    "Build": f"""{_FETCHING} Annotation BuildArg DNS DNSOption DNSSearch Environment File ForceRM GroupAdd
        IgnoreFile ImageTag Label Network Pull Secret SetWorkingDirectory Target Volume""",
    "Image": f"{_FETCHING} AllTags CertDir Creds DecryptionKey Image ImageTag OS Policy",
}  # fmt: skip


def misspelt(reading: Reading) -> Iterator[tuple[str, Span]]:
    """What is said of a key that there is not, and where it stands."""
    known = _keys(reading.section)
    others = (each for each in reading.settings if each.section == reading.section and each.key not in known)
    for number, setting in enumerate(others):
        if number == _MOST_QUESTIONS:
            return
        if known and not setting.key.startswith("X-") and (question := meant(setting.key, known, _NEAR)):
            told = f"podman knows no {setting.key} in [{reading.section}], and makes no service of the file"
            yield f"{told}{question}", setting.key_span


@cache
def _keys(section: str) -> frozenset[str]:
    return frozenset(f"{_EVERYWHERE} {_KEYS[section]}".split()) if section in _KEYS else frozenset()
