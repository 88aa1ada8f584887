from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.conformance.differential import Both, cdk_python


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """airbyte-cdk and Penstock, to be compared."""
    python = cdk_python()
    if python is None:
        pytest.skip("airbyte-cdk is not installed; $PENSTOCK_CDK names the Python that has it")
    made = Both(python, tmp_path_factory.mktemp("both"))
    yield made
    made.close()
