"""Password in plain text where a hash belongs

Whoever sees the file is in: in the repository, in its history, in a backup. Web servers want a hash in this
place, as `caddy hash-password` and `htpasswd -B` make it, and some of them let nobody in without one. Put the
hash there, and change the password, which is known now.

```caddy Caddyfile
admin.example.org {
    basic_auth {
        admin tiger42  #! the password of admin stands here in plain text
    }
    reverse_proxy app:3000
}
```

## Instead

```caddy Caddyfile
admin.example.org {
    basic_auth {
        admin $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG
        other {env.PASSWORD_HASH}
    }
    reverse_proxy app:3000
}
```

A hash that is quick to try out (MD5, SHA-1, old crypt, bcrypt with a cost below 10) is reported with low
severity.
"""

from compolint.api import Account, Fix, Problem, Problems, Severity, check


@check(
    Severity.CRITICAL,
    hides=True,
    clauses="J4",
    cwe=(256, 522),
    references=("https://caddyserver.com/docs/caddyfile/directives/basic_auth",),
)
def plaintext_basic_auth(account: Account) -> Problems:
    if account.form == "plain":
        yield Problem(
            f"the password of {account.name} stands here in plain text",
            at=account.at("form"),
            fix=Fix("put a bcrypt or argon2 hash in its place, and change the password"),
        )
    elif account.form == "weak hash":
        yield Problem(
            f"the hash of {account.name}'s password is quick to try out",
            at=account.at("form"),
            fix=Fix("make a hash with bcrypt and a cost of 10 or more"),
            severity=Severity.LOW,
        )
