"""Images in registries: read as from a folder, and pushed (OCI distribution-spec v1.1)."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from penstock.authoring import ConfigError
from penstock_builder.image.layout import (
    INDEX,
    MANIFESTS,
    BlobSource,
    Descriptor,
    all_referrers,
    canonical,
    descriptor,
    digest_of,
    listed,
    parts,
    read_blob,
)
from penstock_builder.image.reference import Reference
from penstock_builder.image.registry_http import RegistryError, Session, next_page

Json = Any

CHUNK = 16 << 20
"""Bytes of an upload's piece: what a cut connection costs at most."""

_MOST_OF_BLOB = 8 << 30
_MOST_OF_MANIFEST = 4 << 20
_MOST_OF_PAGES = 100
_RESUMES = 5

Tell = Callable[[str], None]
"""Takes a line about what is being done."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push came to. Bytes are those that were sent; `mounted` blobs were in another repository already."""

    digest: str
    sent: int
    there: int
    mounted: int


class Remote:
    """An image in a registry, as something to read from. What it gives is what the digests say, or an error.

    `remark` is said first where the image is not there.
    """

    def __init__(self, session: Session, reference: Reference, *, remark: str = "") -> None:
        self.reference = reference
        self._remark = remark
        self._session = session
        self._root: Descriptor | None = None

    def root(self) -> Descriptor:
        """The index or the manifest that the reference names."""
        if self._root is None:
            path = self._manifest(self.reference.image)
            try:
                answer = self._session.request("GET", path, headers=_ACCEPT, expected=(200,))
            except RegistryError as error:
                hint = "; ".join(filter(None, (self._remark, error.hint)))
                raise RegistryError(error.message, hint=hint, status=error.status) from None
            digest = digest_of(answer.content)
            if self.reference.digest and digest != self.reference.digest:
                raise ConfigError(
                    f"{self.reference.host} gives another manifest than {self.reference.digest}"
                )
            media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
            if media_type not in MANIFESTS:
                raise ConfigError(f"{self.reference} is not an image of a kind that we know")
            self._root = Descriptor(media_type, digest, len(answer.content))
        return self._root

    def open_blob(self, blob: Descriptor) -> IO[bytes]:
        """The bytes of a blob; the read of a wrong one ends with ConfigError, one that breaks off goes on by Range."""
        most = _MOST_OF_MANIFEST if blob.media_type in MANIFESTS else _MOST_OF_BLOB
        if not 0 <= blob.size <= most:
            raise ConfigError(f"the blob {blob.digest} of the image is too large ({blob.size:,} bytes)")
        return io.BufferedReader(_Download(self._session, self._path(blob), blob), 1 << 20)

    def referrers(self, subject: Descriptor) -> list[Descriptor]:
        """What is attached to a manifest: by the referrers API, else by the tag that stands in for it."""
        path = f"/v2/{self.reference.repository}/referrers/{subject.digest}"
        answer = self._session.request("GET", path, expected=(200, 404, 405))
        if answer.status_code != 200:
            path = self._manifest(fallback_tag(subject.digest))
            answer = self._session.request("GET", path, headers=_ACCEPT, expected=(200, 404))
            return _listed(answer.content, self.reference.host) if answer.status_code == 200 else []
        found = _listed(answer.content, self.reference.host)
        for _ in range(_MOST_OF_PAGES):
            path = next_page(answer, self.reference.host)
            if not path:
                return found
            answer = self._session.request("GET", path, expected=(200,))
            found += _listed(answer.content, self.reference.host)
        raise ConfigError(f"{self.reference.host} lists the referrers of an image on too many pages")

    def _manifest(self, name: str) -> str:
        return f"/v2/{self.reference.repository}/manifests/{name}"

    def _path(self, blob: Descriptor) -> str:
        kind = "manifests" if blob.media_type in MANIFESTS else "blobs"
        return f"/v2/{self.reference.repository}/{kind}/{blob.digest}"


_ACCEPT: Mapping[str, str] = {"Accept": ", ".join(MANIFESTS)}


class _Download(io.RawIOBase):
    """The bytes of a blob as they come, verified at their end."""

    def __init__(self, session: Session, path: str, blob: Descriptor) -> None:
        self._session, self._path, self._blob = session, path, blob
        self._read = 0
        self._found = hashlib.sha256()
        self._pieces = self._all_pieces()
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        taken = self._left[: len(buffer)]
        self._left = self._left[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._pieces.close()
        super().close()

    def _all_pieces(self) -> Generator[bytes, None, None]:
        left = _RESUMES
        while True:
            try:
                yield from self._rest()
            except RegistryError as error:
                left -= 1
                if error.status or not left:
                    raise
                continue
            break
        if self._read != self._blob.size or f"sha256:{self._found.hexdigest()}" != self._blob.digest:
            raise ConfigError(f"the blob {self._blob.digest} of the image is damaged")

    def _rest(self) -> Generator[bytes, None, None]:
        """What is not read yet."""
        if self._read == self._blob.size and self._read:
            return
        headers = {"Accept": self._blob.media_type, "Accept-Encoding": "identity"}
        if self._read:
            headers["Range"] = f"bytes={self._read}-"
        with self._session.opened("GET", self._path, headers=headers, expected=(200, 206)) as answer:
            known = self._read if answer.status_code == 200 else 0
            for sent in self._session.pieces(answer):
                piece = sent[known:]
                known = max(0, known - len(sent))
                self._read += len(piece)
                if self._read > self._blob.size:
                    raise ConfigError(f"the blob {self._blob.digest} of the image is damaged")
                self._found.update(piece)
                if piece:
                    yield piece


def push(
    source: BlobSource,
    session: Session,
    target: Reference,
    *,
    mount_from: Sequence[str] = (),
    chunk: int = CHUNK,
    tell: Tell = lambda _: None,
) -> Pushed:
    """Push an image with what is attached to it; what the registry has is not sent.

    `mount_from` are repositories of the registry whose blobs may be used in place of an upload. Raises RegistryError, and
    ConfigError where the target names another digest.
    """
    for repository in mount_from:
        session.also(f"repository:{repository}:pull")
    root = source.root()
    if target.digest not in ("", root.digest):
        raise ConfigError(
            f"the image is {root.digest}, not what {target} names", hint="leave the digest out of the name"
        )
    pusher = _Pusher(source, session, target, mount_from, chunk, tell)
    for part in (*parts(source, root), root):
        pusher.put(part)
    for referrer in all_referrers(source):
        for part in parts(source, referrer):
            pusher.put(part)
        pusher.refer(referrer)
    if target.tag:
        pusher.put_manifest(root, target.tag)
    return Pushed(root.digest, pusher.sent, pusher.there, pusher.mounted)


def fallback_tag(digest: str) -> str:
    """The tag of the index that lists what refers to a digest, where a registry has no API for it."""
    return digest.replace(":", "-", 1)


class _Pusher:
    """One push; `sent`, `there` and `mounted` grow with it. A blob that many name is looked at once."""

    def __init__(
        self,
        source: BlobSource,
        session: Session,
        target: Reference,
        mount_from: Sequence[str],
        chunk: int,
        tell: Tell,
    ) -> None:
        self._source, self._session, self._target = source, session, target
        self._mount_from, self._chunk, self._tell = mount_from, chunk, tell
        self._done: set[str] = set()
        self.sent = self.there = self.mounted = 0

    def put(self, part: Descriptor) -> None:
        """Bring a blob or a manifest into the repository, unless it is there."""
        if part.digest in self._done:
            return
        self._done.add(part.digest)
        if part.media_type in MANIFESTS:
            self.put_manifest(part, part.digest)
        elif self._session.request("HEAD", self._blob(part), expected=(200, 404)).status_code == 200:
            self.there += 1
        else:
            self._upload(part)

    def put_manifest(self, manifest: Descriptor, name: str) -> Mapping[str, str]:
        """Put a manifest under a name; gives the headers of the answer."""
        data = read_blob(self._source, manifest)
        return self._put(data, manifest.media_type, name)

    def refer(self, referrer: Descriptor) -> None:
        """Put a manifest that has a subject. A registry that does not say that it saw that gets the tag's index."""
        data = read_blob(self._source, referrer)
        told = json.loads(data)
        headers = self._put(data, referrer.media_type, referrer.digest)
        if "oci-subject" in headers:
            return
        entry = replace(
            referrer, artifact_type=told.get("artifactType", ""), annotations=told.get("annotations") or {}
        )
        tag = fallback_tag(descriptor(told["subject"]).digest)
        path = f"/v2/{self._target.repository}/manifests/{tag}"
        answer = self._session.request("GET", path, headers=_ACCEPT, expected=(200, 404))
        known = _listed(answer.content, self._target.host) if answer.status_code == 200 else []
        if entry.digest not in {other.digest for other in known}:
            manifests = [other.as_json() for other in (*known, entry)]
            index = canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests})
            self._put(index, INDEX, tag)

    def _put(self, data: bytes, media_type: str, name: str) -> Mapping[str, str]:
        path = f"/v2/{self._target.repository}/manifests/{name}"
        headers = {"Content-Type": media_type}
        answer = self._session.request("PUT", path, headers=headers, content=data, expected=(200, 201, 202))
        self.sent += len(data)
        if answer.headers.get("docker-content-digest", digest_of(data)) != digest_of(data):
            raise ConfigError(f"{self._target.host} took another manifest than the one that was sent")
        return answer.headers

    def _upload(self, blob: Descriptor) -> None:
        for repository in self._mount_from:
            asked = f"{self._uploads()}?mount={blob.digest}&from={repository}"
            answer = self._session.request("POST", asked, content=b"", expected=(201, 202))
            if answer.status_code == 201:
                self.mounted += 1
                return
            self._session.request("DELETE", _location(answer.headers), expected=range(600), attempts=1)
        self._tell(f"sending {blob.digest[:19]} ({blob.size:,} bytes)")
        location, offset, left = "", 0, _RESUMES
        while True:
            try:
                if not location:
                    answer = self._session.request("POST", self._uploads(), content=b"", expected=(202,))
                    location, offset = _location(answer.headers), 0
                self._send(blob, location, offset)
            except _CutError as cut:
                left -= 1
                if not left:
                    raise RegistryError(
                        f"{self._target.host} broke off the upload of {blob.digest} {_RESUMES} times"
                    ) from None
                location, offset = self._resumed(cut.location)
                self._tell(f"the connection was cut; going on at byte {offset:,}")
                continue
            return

    def _send(self, blob: Descriptor, location: str, offset: int) -> None:
        """Send what is left of a blob, in pieces that begin where the registry has it up to."""
        with self._source.open_blob(blob) as stream:
            _skip(stream, offset)
            while offset < blob.size:
                data = stream.read(min(self._chunk, blob.size - offset))
                if not data:
                    raise ConfigError(f"the blob {blob.digest} of the image is damaged")
                headers = {
                    "Content-Range": f"{offset}-{offset + len(data) - 1}",
                    "Content-Type": "application/octet-stream",
                }
                location = self._step("PATCH", location, location, headers, data, (202,))
                offset += len(data)
                self.sent += len(data)
        joint = "&" if "?" in location else "?"
        headers = {"Content-Type": "application/octet-stream"}
        self._step("PUT", f"{location}{joint}digest={blob.digest}", location, headers, b"", (201,))

    def _step(
        self,
        method: str,
        where: str,
        location: str,
        headers: Mapping[str, str],
        data: bytes,
        expected: tuple[int, ...],
    ) -> str:
        """One request of an upload, asked once: whether it arrived is found out before it is asked again."""
        try:
            answer = self._session.request(
                method, where, headers=headers, content=data, expected=expected, attempts=1
            )
        except RegistryError as error:
            if error.status and error.status < 500 and error.status not in (404, 416):
                raise
            raise _CutError(location) from None
        return _location(answer.headers) or location

    def _resumed(self, location: str) -> tuple[str, int]:
        """Where an upload goes on, and from which byte; an empty location where it is gone."""
        try:
            answer = self._session.request("GET", location, expected=(204,))
        except RegistryError as error:
            if not error.status:
                raise
            return "", 0
        last = answer.headers.get("range", "").removeprefix("bytes=").partition("-")[2]
        return _location(answer.headers) or location, int(last) + 1 if last.isdecimal() and last != "0" else 0

    def _blob(self, blob: Descriptor) -> str:
        return f"/v2/{self._target.repository}/blobs/{blob.digest}"

    def _uploads(self) -> str:
        return f"/v2/{self._target.repository}/blobs/uploads/"


class _CutError(Exception):
    """An upload broke off after `location`."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


def _location(headers: Mapping[str, str]) -> str:
    return headers.get("location", "")


def _skip(stream: IO[bytes], size: int) -> None:
    while size and (read := stream.read(min(size, 1 << 20))):
        size -= len(read)


def _listed(data: bytes, host: str) -> list[Descriptor]:
    return listed(data, f"{host} lists the referrers of an image in a form that we do not know")
