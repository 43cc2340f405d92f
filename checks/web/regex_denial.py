r"""Expression that a client can make run for ever

A part that is repeated, and that one text fits in two ways, is tried in all of them before the expression
gives up: each few letters more double the time. One request with a long path then keeps a worker busy,
and a few of them the whole server. Write the part so that a text fits it in one way.

```nginx site.conf
server {
  listen 80;
  location ~ ^/(\w+\s?)+$ {  #! ^/(\w+\s?)+$ takes time that doubles with each few letters
    return 204;
  }
}
```

## Instead

```nginx site.conf
server {
  listen 80;
  location ~ ^/\w+(\s\w+)*$ {
    return 204;
  }
}
```
"""

from compolint.api import Fix, Pattern, Problem, Problems, Severity, check, explodes


@check(
    Severity.MEDIUM,
    cwe=(1333, 400),
    references=("https://cwe.mitre.org/data/definitions/1333.html",),
    when="repeats",
)
def regex_denial(pattern: Pattern) -> Problems:
    if pattern.repeats and explodes(pattern.text):
        yield Problem(
            f"{pattern.text} takes time that doubles with each few letters that a client sends",
            at=pattern.span,
            fix=Fix("write what is repeated so that a text fits it in one way only"),
        )
