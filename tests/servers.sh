#!/bin/sh
# Installs what tests need beside Python (PostgreSQL, Chromium with a font, and what other people use images with), where
# this user may. What is missing is named by the tests.
wanted=""
if ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	wanted="postgresql"
fi
if ! command -v chromium >/dev/null 2>&1; then
	wanted="$wanted chromium fonts-dejavu-core"
fi
for program in docker-registry skopeo podman umoci runc crun git; do
	command -v "$program" >/dev/null 2>&1 || [ -x "/usr/sbin/$program" ] || wanted="$wanted $program"
done
[ -n "$wanted" ] || exit 0
command -v apt-get >/dev/null 2>&1 || exit 0
as_root=""
if [ "$(id -u)" != 0 ]; then
	sudo -n true 2>/dev/null || exit 0
	as_root="sudo -n"
fi
echo "installing for the tests: $wanted"
$as_root apt-get update -qq || exit 0
for package in $wanted; do
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$package" >/dev/null || true
done
