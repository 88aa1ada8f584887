"""Our own base: a small Debian with Python, laid out from pinned packages. No container and no root is needed.

No script of a package runs. What those would do is done here: the merged `/usr`, the certificates, a user.
"""

from __future__ import annotations

import io
import re
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from penstock.authoring import ConfigError
from penstock_builder.image.bytecode import find_python, here, with_bytecode
from penstock_builder.image.cache import Cache
from penstock_builder.image.config import image_config, image_manifest
from penstock_builder.image.layers import ROOT, Entry, Layer, unpack_entries, write_layer
from penstock_builder.image.layout import CONFIG, INDEX, MANIFEST, Descriptor, Layout, Platform, digest_of
from penstock_builder.image.packages import MIRROR, Apt, Lock, Package, ask

PATH = "/usr/local/bin:/usr/bin:/bin"

_MERGED = ("bin", "lib", "lib64", "sbin")
_LEFT_OUT = re.compile(
    r"usr/share/(doc/(?!.*/copyright$)|man|info|locale|lintian|bug|bash-completion|doc-base|pixmaps|applications"
    r"|apport|readline|zoneinfo/(posix|right)|python3|binfmts|tcltk)"
    r"|usr/lib/python3\.\d+/(test|idlelib|lib2to3|turtledemo|pydoc_data|ensurepip|tkinter|config-)"
    r"|usr/lib/[^/]+/gconv/|usr/lib/tmpfiles|usr/sbin/|etc/(ld\.so\.conf|init|apt|binfmt|dpkg|cron|python)"
)
_PASSWD = "root:x:0:0:root:/root:/usr/sbin/nologin\nairbyte:x:1000:1000::/home/airbyte:/usr/sbin/nologin\n"
_GROUP = "root:x:0:\nairbyte:x:1000:\n"


def debian_base(cache: Cache, lock: Lock, mirror: str = MIRROR) -> Layout:
    """Our base as an image of all the lock's architectures, made once. Packages that the cache lacks come by `apt`."""
    with cache.held("debian", digest_of(f"{lock.as_text()}{_MADE}".encode())) as (folder, made):
        layout = Layout(folder)
        if not made:
            _build(layout, cache, lock, mirror)
    return layout


_MADE = 1
"""Counts the ways in which a base was made of a lock."""


def _build(layout: Layout, cache: Cache, lock: Lock, mirror: str) -> None:
    trees = {
        Platform("linux", architecture): list(_tree(_debs(cache, lock, architecture, mirror)))
        for architecture in lock.packages
    }
    host = here()
    if host not in trees:
        raise ConfigError(f"the base is made where its Python runs, and {host} is not among its platforms")
    Layout.create(layout.folder)
    root = layout.folder / "root"
    unpack_entries(trees[host], root)
    python = find_python(root, PATH, ".".join(lock.python.split(".")[:2]))
    images = []
    for platform, entries in trees.items():
        layer = write_layer(layout, with_bytecode(entries, python), ROOT, 0)
        images.append(_image(layout, platform, layer, lock))
    shutil.rmtree(root)
    index = layout.add_document(
        {"schemaVersion": 2, "mediaType": INDEX, "manifests": [image.as_json() for image in images]}, INDEX
    )
    layout.point_at([index])


def _image(layout: Layout, platform: Platform, layer: Layer, lock: Lock) -> Descriptor:
    environment = {
        "PATH": PATH,
        "LANG": "C.UTF-8",
        "PYTHON_VERSION": lock.python,
        "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
    }
    config = image_config(platform, {"Env": [f"{k}={v}" for k, v in environment.items()]}, [layer], 0)
    blob = layout.add_document(config, CONFIG)
    manifest = layout.add_document(image_manifest(blob, [layer.blob], {}), MANIFEST)
    return Descriptor(MANIFEST, manifest.digest, manifest.size, platform)


def _tree(debs: Iterable[tuple[Package, Path]]) -> Iterator[Entry]:
    """The files of the base."""
    certificates: dict[str, bytes] = {}
    folders, kept = set(), dict[str, Entry]()
    for package, deb in debs:
        control = ask("dpkg-deb", "--field", str(deb))
        kept[package.name] = Entry(f"var/lib/dpkg/status.d/{package.name}", control)
        for entry in _files(deb):
            if entry.path.startswith("usr/share/ca-certificates/"):
                certificates[entry.path] = entry.data
            elif entry.path.endswith("/"):
                folders.add(entry.path)
            else:
                kept[entry.path] = entry
    yield from kept.values()
    yield from (Entry(name, link=f"usr/{name}") for name in _MERGED)
    yield Entry("usr/lib64/", mode=0o755)
    yield Entry("usr/sbin/", mode=0o755)
    yield Entry(
        "usr/bin/python3", link=next(p for p in sorted(kept) if re.fullmatch(r"usr/bin/python3\.\d+", p))[8:]
    )
    joined = b"".join(data.rstrip() + b"\n" for _, data in sorted(certificates.items()))
    yield Entry("etc/ssl/certs/ca-certificates.crt", joined)
    yield Entry("etc/passwd", _PASSWD.encode())
    yield Entry("etc/group", _GROUP.encode())
    yield Entry("etc/nsswitch.conf", b"hosts: files dns\n")
    yield Entry("home/airbyte/", mode=0o755)
    yield Entry("tmp/", mode=0o1777)


def _files(deb: Path) -> Iterator[Entry]:
    """What a package would install, below the merged `/usr`, without what only people read."""
    with tarfile.open(fileobj=io.BytesIO(ask("dpkg-deb", "--fsys-tarfile", str(deb)))) as tar:
        for member in tar:
            path = member.name.removeprefix("./").rstrip("/")
            path = f"usr/{path}" if path.split("/")[0] in _MERGED else path
            if not path or path == "." or _LEFT_OUT.match(f"{path}/" if member.isdir() else path):
                continue
            if member.issym():
                yield Entry(path, link=member.linkname)
            elif member.isdir():
                yield Entry(f"{path}/", mode=0o755)
            elif member.isreg() or member.islnk():
                file = tar.extractfile(member)
                assert file is not None
                yield Entry(path, file.read(), 0o755 if member.mode & 0o111 else 0o644)


def _debs(cache: Cache, lock: Lock, architecture: str, mirror: str) -> list[tuple[Package, Path]]:
    """The files of the packages, verified; what the cache lacks is fetched."""
    folder = cache.folder / "debs"
    folder.mkdir(parents=True, exist_ok=True)
    packages = lock.packages[architecture]
    lacking = [package for package in packages if not (folder / f"{package.sha256}.deb").is_file()]
    if lacking:
        with Apt.opened(cache, lock.suite, architecture, mirror) as apt:
            apt.download(lacking, folder)
    return [(package, folder / f"{package.sha256}.deb") for package in packages]
