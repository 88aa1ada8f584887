#!/bin/sh
# Makes an environment with PyAirbyte beside ours, whose `bin` is given, where everything is to be tested: it is large
# (600 MB). Without it the tests that run it say so.
[ -n "$REQUIRE_ALL" ] || exit 0
home="$1/../pyairbyte"
[ -z "$PENSTOCK_PYAIRBYTE" ] && [ ! requirements/pyairbyte.txt -ot "$home/.ready" ] || exit 0
echo "installing PyAirbyte for the tests"
"$1/uv" venv --quiet --allow-existing --python "$1/python" "$home" &&
	"$1/uv" pip sync --quiet --require-hashes --python "$home/bin/python" requirements/pyairbyte.txt &&
	touch "$home/.ready" || true
