"""Files that arrive by the Import page: sealed while they stream, never in the clear on disk, gone when nobody takes them."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from carnet.vault.errors import NotWritable
from carnet.vault.sealed import Sealed
from carnet.web import state
from carnet.web.desk import OWN

MAX_BYTES, MAX_FILES = 20_000_000_000, 50


class Upload(UploadedFile):
    """One file that arrived whole. Django closes it when the request ends: what was not taken by then is discarded."""

    def __init__(self, name: str, sealed: Sealed) -> None:
        super().__init__(name=name, size=sealed.size)
        self._sealed: Sealed | None = sealed

    def take(self) -> Sealed:
        """Its bytes, from now on the caller's to discard."""
        assert self._sealed
        sealed, self._sealed = self._sealed, None
        return sealed

    def close(self) -> None:
        """Discards it, unless somebody took it."""
        if self._sealed:
            self._sealed.discard()
            self._sealed = None


class Arrivals:
    """What one request brought. trouble: why something of it is not here (`full`, `large`, `many`), empty when all is."""

    def __init__(self) -> None:
        self.files: list[Upload] = []
        self.trouble = ""

    def close(self) -> None:
        """Discards whatever was not taken."""
        for file in self.files:
            file.close()


class SealedUpload(FileUploadHandler):
    """Django's way in for files; `request.arrivals` holds what came. `file`: what Django closes when a request cannot be read."""

    chunk_size = 1 << 20

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._sealed: Sealed | None = None
        self.file = self

    @property
    def _arrivals(self) -> Arrivals:
        return arrivals(self.request)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begins a sealed file, unless there are too many or no vault to read it into."""
        super().new_file(*args, **kwargs)
        self._drop()
        if not state.desk().has(OWN):
            return
        if len(self._arrivals.files) >= MAX_FILES:
            self._arrivals.trouble = "many"
            return
        try:
            self._sealed = Sealed(state.desk().root(OWN) / "uploads")
        except NotWritable as error:
            raise self._stop("full") from error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seals one chunk; None tells Django that nothing is to be kept elsewhere."""
        if self._sealed is None:
            return
        try:
            self._sealed.write(raw_data)
        except NotWritable as error:
            raise self._stop("full") from error
        if self._sealed.size > MAX_BYTES:
            raise self._stop("large")

    def file_complete(self, file_size: int) -> Upload | None:
        """The file, kept with the request; None where there is nothing to keep."""
        sealed, self._sealed = self._sealed, None
        if sealed is None:
            return None
        try:
            sealed.close()
        except NotWritable:
            self._arrivals.trouble = "full"
            sealed.discard()
            return None
        upload = Upload(self.file_name or "", sealed)
        self._arrivals.files.append(upload)
        return upload

    def upload_interrupted(self) -> None:
        """Nothing of a file that did not arrive whole is kept."""
        self._drop()

    def close(self) -> None:
        """The request could not be read to its end: nothing of it is kept."""
        self._drop()
        self._arrivals.close()

    def _stop(self, trouble: str) -> StopUpload:
        self._arrivals.trouble = trouble
        self.close()
        return StopUpload(connection_reset=False)

    def _drop(self) -> None:
        if self._sealed:
            self._sealed.discard()
            self._sealed = None


def arrivals(request: Any) -> Arrivals:
    """What this request brought."""
    if not hasattr(request, "arrivals"):
        request.arrivals = Arrivals()
    found: Arrivals = request.arrivals
    return found
