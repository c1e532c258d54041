"""The few settings of an installation, each with default and effect. What describes a person is not here but in the vault's profile.

home      CARNET_HOME or --home   default ~/.carnet    where keys and vaults lie
machine   TZ, /etc/localtime, LANG                     used only while the profile says nothing else
"""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import available_timezones


def home_folder(given: str | None = None) -> Path:
    """The folder that holds keys and vaults."""
    return Path(given or os.environ.get("CARNET_HOME") or Path("~/.carnet")).expanduser()


def machine_zone() -> str:
    """The machine's IANA time zone, UTC when it does not say."""
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    try:
        written = Path("/etc/timezone").read_text().strip()
    except (OSError, UnicodeDecodeError):
        written = ""
    known = available_timezones()
    return next((zone for zone in (os.environ.get("TZ", "").lstrip(":"), linked, written) if zone in known), "UTC")


def machine_language() -> str:
    """fr where the locale is French, else en."""
    locale = next((os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), "")
    return "fr" if locale.lower().startswith("fr") else "en"
