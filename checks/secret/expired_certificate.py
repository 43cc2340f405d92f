"""Certificate that is expired, or soon will be

After its last day every client that checks certificates refuses the connection, and people learn to click
the warning away, which is what an attacker in between waits for. Renew it, better still let an ACME client
renew it each month.

```text certs/site.pem
-----BEGIN CERTIFICATE-----  #! the certificate of old.example.com expired on 2020-01-01
MIIBHDCBwgIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9vbGQuZXhhbXBsZS5j
b20wHhcNMTkwMTAxMDAwMDAwWhcNMjAwMTAxMDAwMDAwWjAaMRgwFgYDVQQDDA9v
bGQuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQvNcsEm98S
o5yDfnM2aFbPDRgns5bMxo9GknJkZmVtVmgqt/hz00lacVOAaJ30VKZhqvK6Gkp0
EB+4z4yCvOb4MAoGCCqGSM49BAMCA0kAMEYCIQCMWqpVBHKnVTgxKVkvOSvCtdAx
A40iPyWcTJbVbDFNQQIhAO9EXMWP62ouQyihBg7rUKp/da0VDs0VsPQhxhl++p+5
-----END CERTIFICATE-----
```

## Instead

```text certs/site.pem
-----BEGIN CERTIFICATE-----
MIIBijCCATGgAwIBAgIUZvkDvcwfegeEWG5bDZ2KyNl9O74wCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPb2xkLmV4YW1wbGUuY29tMCAXDTI2MTEyMTE0NDg1NloYDzIx
MjYxMDI4MTQ0ODU2WjAaMRgwFgYDVQQDDA9vbGQuZXhhbXBsZS5jb20wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQvNcsEm98So5yDfnM2aFbPDRgns5bMxo9GknJk
ZmVtVmgqt/hz00lacVOAaJ30VKZhqvK6Gkp0EB+4z4yCvOb4o1MwUTAdBgNVHQ4E
FgQUK/dm7QcYKzvuMDIVj1ipwxmP/+IwHwYDVR0jBBgwFoAUK/dm7QcYKzvuMDIV
j1ipwxmP/+IwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBeDpTC
VjsGxxAfXHo5TVfbWE9jWOuvFCf47NHa6am32gIgJkrzUvCTGyq191yXe+VtBUPJ
/AW0bT+EZeEPTkU72ro=
-----END CERTIFICATE-----
```

One that ends within `days` is reported with low severity.
"""

from compolint.api import Certificate, Fix, Problem, Problems, Severity, check


@check(
    Severity.HIGH,
    clauses="W9",
    cwe=(298,),
    references=("https://datatracker.ietf.org/doc/html/rfc5280#section-4.1.2.5",),
)
def expired_certificate(certificate: Certificate, *, days: int = 30) -> Problems:
    from datetime import date, timedelta

    last, today = certificate.not_after, date.today()
    if last is None or last > (today + timedelta(days)).isoformat():
        return
    is_over = last < today.isoformat()
    whose = f"the certificate of {certificate.name}" if certificate.name else "the certificate"
    yield Problem(
        f"{whose} {'expired' if is_over else 'expires'} on {last}",
        at=certificate.span,
        fix=Fix("renew it"),
        severity=None if is_over else Severity.LOW,
    )
