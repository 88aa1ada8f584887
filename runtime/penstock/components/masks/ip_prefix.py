from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.components.masks import MASK
from penstock.masking.techniques import Technique, UnmaskableError, text_schema
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any


@component(MASK)
class IpPrefix:
    """The network of an IP address: `192.0.2.0/24`. A version 4 address inside a version 6 one counts as version 4."""

    v4: int = field(default=24, doc="Bits kept of a version 4 address, at most 31.", unit="bits")
    v6: int = field(default=48, doc="Bits kept of a version 6 address, at most 127.", unit="bits")

    def problems(self) -> Iterator[tuple[str, str]]:
        """An address is not its own network."""
        for name, most in (("v4", 31), ("v6", 127)):
            if not 0 <= getattr(self, name) <= most:
                yield name, f"`{name}` is 0 to {most}"

    def build(self, using: Resources) -> Technique:
        from ipaddress import AddressValueError, IPv4Address, IPv6Address

        hidden_4, hidden_6 = 32 - self.v4, 128 - self.v6
        end_4, end_6 = f"/{self.v4}", f"/{self.v6}"

        def network_4(address: IPv4Address) -> str:
            return str(IPv4Address(int(address) >> hidden_4 << hidden_4)) + end_4

        def mask(value: Json) -> str:
            if not isinstance(value, str):
                raise UnmaskableError("no IP address")
            try:
                if ":" not in value:
                    return network_4(IPv4Address(value))
                address = IPv6Address(value)
            except AddressValueError:
                raise UnmaskableError("no IP address") from None
            if address.ipv4_mapped is not None:
                return network_4(address.ipv4_mapped)
            return str(IPv6Address(int(address) >> hidden_6 << hidden_6)) + end_6

        return Technique("IpPrefix", mask, text_schema)
