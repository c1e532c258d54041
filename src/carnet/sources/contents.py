"""Says what a file is that no connector reads, by its first bytes, and what a person can do about it. It opens nothing."""

from __future__ import annotations

from carnet.sources.archive import LOCAL

EMPTY_ZIP = b"PK\x05\x06"
_ARCHIVES = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_PICTURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n": "PNG", b"GIF8": "GIF", b"II*\0": "TIFF", b"MM\0*": "TIFF"}
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TAR = slice(257, 262)
_TYPED = "ask for the results as CSV, or type them into a table and save that as CSV"


def archive_kind(head: bytes) -> str:
    """The kind of an archive that is not opened here, "" for anything else."""
    if head[_TAR] == b"ustar":
        return "tar"
    return next((kind for start, kind in _ARCHIVES.items() if head.startswith(start)), "")


def described(head: bytes, members: tuple[str, ...] = ()) -> str:
    """What a file is, in words that end in what to do. members: the names in it when it is a zip."""
    if not head:
        return "is empty; export or download it again"
    if kind := archive_kind(head):
        return f"is a {kind} archive; unpack it first and import what is inside"
    if head.startswith((LOCAL, EMPTY_ZIP)):
        return _zip(members)
    if head.startswith(b"%PDF-"):
        return f"is a PDF, which Carnet cannot read yet; {_TYPED}"
    if head.startswith(_OLD_OFFICE):
        return "is an office document; save the sheet as CSV and import that"
    if kind := _picture(head):
        return f"is a picture ({kind}), which Carnet cannot read; {_TYPED}"
    return "is not a file Carnet can read"


def _zip(members: tuple[str, ...]) -> str:
    folders = {name.split("/")[0] for name in members if "/" in name}
    if "xl" in folders:
        return "is a spreadsheet; save the sheet as CSV and import that"
    if folders & {"word", "ppt"}:
        return "is an office document; save the results in it as CSV and import that"
    return "is a zip without anything Carnet can read"


def _picture(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return "HEIC"
    return next((kind for start, kind in _PICTURES.items() if head.startswith(start)), "")
