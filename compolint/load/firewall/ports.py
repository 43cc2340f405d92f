"""Ports as packet filters write them."""

from compolint.model.knowledge.portnames import PORTS


def port_number(text: str) -> int | None:
    """The port of a number or a name."""
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < 6 and int(text) < 65536 else None
    if text.startswith("0x") and 2 < len(text) < 7:
        try:
            return int(text, 16)
        except ValueError:
            return None
    return PORTS.get(text.lower())
