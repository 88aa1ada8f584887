"""The parts of a masking policy: what becomes of data, decided by whoever runs a connector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from penstock.components.transformations.mask_fields import mask_named
from penstock.errors import ConfigError
from penstock.lean import dataclass
from penstock.masking.automaton import MaskRule
from penstock.masking.keys import Key
from penstock.masking.policy import DataClass, Masking, StreamRules
from penstock.masking.quarantine import Quarantine
from penstock.masking.sealing import Sealer
from penstock.masking.techniques import Technique
from penstock.records.resources import Resources
from penstock.registry import Buildable, Kind

Json = Any


@dataclass(frozen=True, slots=True)
class KeyRing:
    """A key of a policy, and the older ones that are still alive."""

    current: Key
    previous: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What parts of a policy are built with: the run's resources, the policy's keys and its classes."""

    using: Resources
    keys: Mapping[str, KeyRing]
    classes: Mapping[str, DataClass]

    def mask(self, mask: Buildable[Technique] | str) -> tuple[Technique, Mapping[str, Technique]]:
        """A mask with the policy's keys, and the same mask with older ones, by their ids."""
        made = mask_named(mask) if isinstance(mask, str) else mask
        assert made is not None  # `problems` of its component see to it
        used: list[str] = []

        def key(reference: str) -> Key:
            if reference in self.keys:
                used.append(reference)
                return self.keys[reference].current
            if ":" in reference:
                return self.using.key(reference)
            raise ConfigError(f"the policy has no key `{reference}`", hint="name it under `keys`")

        technique = made.build(self.using.with_key(key))
        older = [old for name in dict.fromkeys(used) for old in self.keys[name].previous]
        return technique, {old.id: made.build(self.using.with_key(partial(_always, old))) for old in older}


def _always(key: Key, reference: str) -> Key:
    return key


def sealer_of(context: Context, name: str, purpose: str) -> Sealer:
    """What seals with a key of the policy. Raises ConfigError where there is none of this name."""
    ring = context.keys.get(name)
    if ring is None:
        raise ConfigError(f"the policy has no key `{name}`", hint="name it under `keys`")
    return Sealer(ring.current, ring.previous, purpose)


POLICY: Kind[Callable[[str], Masking]] = Kind("masking policy", "What becomes of personal data in a run.")
MASKING_KEY: Kind[KeyRing] = Kind("masking key", "A key of a policy, by reference.")
PREVIOUS_KEY: Kind[Key | None] = Kind("previous masking key", "An older key.")
DATA_CLASS: Kind[Callable[[str, Context], DataClass]] = Kind("data class", "A class of data and its mask.")
STREAM_POLICY: Kind[Callable[[str, Context], StreamRules]] = Kind(
    "stream policy", "What a policy says of some streams."
)
FIELD_POLICY: Kind[Callable[[str, str, Context], MaskRule]] = Kind(
    "field policy", "What a policy says of a field."
)
FLOOR: Kind[frozenset[str]] = Kind("masking floor", "What no one may loosen.")
QUARANTINE: Kind[Callable[[Context, str], Quarantine]] = Kind("quarantine", "Where records are put aside.")
SEALED_STATE: Kind[Callable[[Context], Sealer]] = Kind("sealed state", "How saved states are sealed.")
