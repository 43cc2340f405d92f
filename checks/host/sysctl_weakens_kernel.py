"""Setting of the kernel that takes a protection away

Distributions ship these settings at values that stop known ways from a service's user to root, or from a
neighbour on the network to the host's loopback. A file in `sysctl.d` that resets one for the sake of some
guide stays for years. Leave the line out, or set it for the one interface or container that needs it.

```ini etc/sysctl.d/99-tuning.conf
vm.swappiness = 10
kernel.randomize_va_space = 0  #! makes memory addresses predictable
net.ipv4.conf.all.route_localnet=1  #! lets neighbours reach what listens on the loopback
```

## Instead

```ini etc/sysctl.d/99-tuning.conf
vm.swappiness = 10
kernel.randomize_va_space = 2
net.ipv4.ip_forward = 1
```
"""

from compolint.api import Fix, Problem, Problems, Setting, Severity, check, kernel_weakness


@check(
    Severity.MEDIUM,
    clauses="C8",
    cwe=(693,),
    references=(
        "https://docs.kernel.org/admin-guide/sysctl/kernel.html",
        "https://docs.kernel.org/networking/ip-sysctl.html",
    ),
    when="scope:sysctl",
)
def sysctl_weakens_kernel(setting: Setting) -> Problems:
    if what := kernel_weakness(setting):
        yield Problem(
            f"{setting.name} = {setting.value} {what}",
            at=setting.at("value"),
            fix=Fix("take the line out, and leave the kernel's default"),
        )
