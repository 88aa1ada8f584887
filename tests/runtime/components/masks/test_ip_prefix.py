from __future__ import annotations

from typing import Any

import pytest

from penstock.components.masks import MASK
from penstock.errors import ManifestError
from penstock.masking.techniques import UnmaskableError
from penstock.testing.fakes import built, component


@pytest.mark.parametrize(
    ("settings", "value", "network"),
    [
        pytest.param("", "192.0.2.77", "192.0.2.0/24", id="version 4"),
        pytest.param("v4: 16", "192.0.2.77", "192.0.0.0/16", id="fewer bits"),
        pytest.param("v4: 0", "192.0.2.77", "0.0.0.0/0", id="no bits"),
        pytest.param("v4: 31", "192.0.2.77", "192.0.2.76/31", id="all bits but one"),
        pytest.param("", "2001:db8:1:2::3", "2001:db8:1::/48", id="version 6"),
        pytest.param("v6: 32", "2001:DB8:1:2::3", "2001:db8::/32", id="in capitals"),
        pytest.param("", "fe80::1%eth0", "fe80::/48", id="with a zone"),
        pytest.param("", "::ffff:192.0.2.77", "192.0.2.0/24", id="version 4 inside version 6"),
    ],
)
def test_the_network_is_left_of_an_address(settings: str, value: str, network: str) -> None:
    """As anyone would write it (RFC 4632 §3.1, RFC 5952)."""
    assert built(f"{{type: IpPrefix, {settings}}}", MASK).value(value) == network


@pytest.mark.parametrize(
    "value",
    ["ada", "192.0.2", "192.0.2.077", "192.0.2.7, 192.0.2.8", "192.0.2.7:80", "2001:db8::g", 3221225985, True],
)  # fmt: skip
def test_what_is_no_address_is_refused(value: Any) -> None:
    """Nothing passes because nobody knew what it is."""
    with pytest.raises(UnmaskableError, match="no IP address"):
        built("{type: IpPrefix}", MASK).value(value)


@pytest.mark.parametrize("settings", ["v4: 32", "v4: -1", "v6: 128", "v6: -1"])
def test_an_address_is_not_its_own_network(settings: str) -> None:
    """At least one bit is hidden."""
    with pytest.raises(ManifestError, match=r"`v[46]` is 0 to"):
        component(f"{{type: IpPrefix, {settings}}}", MASK)
