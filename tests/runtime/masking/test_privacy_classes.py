from __future__ import annotations

import json

import pytest

from penstock.components.masks import MASK
from penstock.masking.detectors import detector_names
from penstock.masking.field_names import PATTERNS
from penstock.masking.privacy_classes import CLASSES
from penstock.testing.fakes import component


@pytest.mark.parametrize("class_", CLASSES)
def test_the_proposed_mask_is_one_that_there_is(class_: str) -> None:
    """A draft policy can be run as it is written."""
    assert component(json.dumps(CLASSES[class_].mask), MASK)


def test_each_detector_finds_a_class() -> None:
    """And each class that is found by name is one."""
    assert {known.detect for known in CLASSES.values() if known.detect} == set(detector_names())
    assert set(PATTERNS) <= set(CLASSES)
