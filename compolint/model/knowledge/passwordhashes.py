"""What stands where a web server keeps a user's password: the password itself, or a hash of what strength.

By crypt(5), https://man7.org/linux/man-pages/man5/crypt.5.html, Nginx's auth_basic module,
https://nginx.org/en/docs/http/ngx_http_auth_basic_module.html, RFC 2307 and Caddy's `basic_auth`,
https://caddyserver.com/docs/caddyfile/directives/basic_auth, which takes them in base64 as well.
"""

from typing import Literal

from compolint.pattern import pattern

_STRONG = ("$5$", "$6$", "$7$", "$y$", "$gy$", "$argon2", "$scrypt$", "{SSHA512}", "{SSHA256}")
# One round of MD5 or SHA-1, or eight characters that count.
_WEAK = ("$1$", "$apr1$", "{SHA}", "{SSHA}", "{MD5}", "{SMD5}", "{CRYPT}")
# $2y$14$…: the number is the base-2 logarithm of the rounds
_BCRYPT = pattern(r"\$2[abxy]?\$([0-9]{2})\$")
_BCRYPT_IN_BASE64 = ("JDJh", "JDJi", "JDJ4", "JDJ5")
_LEAST_COST = 10  # https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
# What crypt(3) made of old: two characters of salt and eleven of hash
_OLD_CRYPT = pattern(r"[./0-9A-Za-z]{13}$")


def form_of_password(text: str) -> Literal["plain", "weak hash", "hash"]:
    if match := _BCRYPT.match(text):
        return "hash" if int(match[1]) >= _LEAST_COST else "weak hash"
    if text.startswith((*_STRONG, *_BCRYPT_IN_BASE64)):
        return "hash"
    if text.upper().startswith(tuple(each.upper() for each in _WEAK)):
        return "weak hash"
    is_old = _OLD_CRYPT.match(text) and any(map(str.isdigit, text)) and any(map(str.isupper, text))
    return "weak hash" if is_old else "plain"
