"""`@dataclass`, made in half the time: what is declared frozen is kept so by type checkers, not at run time.

Python 3.11 takes 0.7 ms to make a frozen dataclass, most of it for two methods that refuse to assign, and twice as
long as for another to make its instances. Over a hundred classes that is a tenth of our start-up. The components of
manifests, which others write too, stay frozen at run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(*, frozen: bool = False, eq: bool = True, **options: Any) -> Any:
        """As the standard one, for classes that declare `frozen`: equal instances have one hash."""
        return dataclasses.dataclass(eq=eq, unsafe_hash=frozen and eq, **options)


__all__ = ["dataclass"]
