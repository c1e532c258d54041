"""The query engine: an in-memory DuckDB that can reach nothing but a private in-memory filesystem. No model ever writes SQL here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
from fsspec.implementations.memory import MemoryFileSystem
from numpy.typing import NDArray

LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "temp_directory": "",  # without it, DuckDB writes plaintext to ./.tmp when it runs short
    "threads": 2,
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
Columns = dict[str, NDArray[Any]]


class PrivateFS(MemoryFileSystem):  # type: ignore[misc]
    """fsspec's memory filesystem keeps one process-wide store; this one owns its store and its scheme."""

    protocol = ("vault",)
    cachable = False

    def __init__(self) -> None:
        super().__init__()
        self.store: dict[str, Any] = {}
        self.pseudo_dirs = [""]

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        path = path.split("://", 1)[-1].strip("/")
        return "/" + path if path else ""


class Engine:
    """One locked engine, never shared between vaults. `memory_mb` is a hard limit: past it a query fails, it never spills."""

    def __init__(self, memory_mb: int) -> None:
        self.fs = PrivateFS()
        self.db = duckdb.connect(":memory:", config=LOCKED | {"memory_limit": f"{memory_mb}MB"})
        self.db.register_filesystem(self.fs)
        self.db.execute("set allowed_directories = ['vault://']")
        self.db.execute("set enable_external_access = false")
        self.db.execute("set lock_configuration = true")

    def to_parquet(self, columns: Mapping[str, NDArray[Any]], select: str = "*") -> bytes:
        """The columns as one Parquet file (zstd), in the order given."""
        self.db.register("incoming", dict(columns))
        try:
            self.db.execute(
                f"copy (select {select} from incoming) to 'vault:///w.parquet' (format parquet, compression zstd, parquet_version v2)"
            )
            data: bytes = self.fs.cat("/w.parquet")
            return data
        finally:
            self.db.unregister("incoming")
            self.fs.store.clear()

    @contextmanager
    def segments(self, blobs: Iterable[bytes]) -> Iterator[list[str]]:
        """The blobs as files only this engine can read, gone again at the end: a copy lives no longer than its load."""
        names: list[str] = []
        try:
            for i, data in enumerate(blobs):
                self.fs.pipe(f"/r/{i}.parquet", data)
                names.append(f"vault:///r/{i}.parquet")
            yield names
        finally:
            self.fs.store.clear()

    def columns(self, sql: str, parameters: list[Any], beside: Columns | None = None) -> Columns:
        """The result of one query as numpy arrays by column name; `beside` is a table of that name for this query alone.

        DuckDB takes NaN in as NULL; it comes back as NaN.
        """
        if beside:
            self.db.register("beside", beside)
        try:
            fetched = self.db.execute(sql, parameters).fetchnumpy()
        finally:
            if beside:
                self.db.unregister("beside")
        plain = {name: np.ma.filled(a, np.nan) if isinstance(a, np.ma.MaskedArray) else a for name, a in fetched.items()}
        return {name: np.ascontiguousarray(array) for name, array in plain.items()}

    def close(self) -> None:
        """Ends the engine; a connection left open would complain at exit."""
        self.db.close()
        self.fs.store.clear()
