"""What the vault refuses or cannot do.

VaultError
├── NoVault          the home holds none yet
├── Locked           a passphrase is needed and none was given
├── WrongPassphrase  no slot opens with it
├── Damaged          the file or its key slots are broken or not ours
├── Busy             another import is writing
└── NotWritable      the home cannot be written
"""

from __future__ import annotations


class VaultError(Exception):
    """The message is one line for a person: what is wrong and what to do."""


class NoVault(VaultError):
    """The home holds no vault yet."""


class Locked(VaultError):
    """A passphrase is needed and none was given."""


class WrongPassphrase(VaultError):
    """No slot opens with this passphrase."""


class Damaged(VaultError):
    """The file or its key slots are broken, or do not belong together."""


class Busy(VaultError):
    """Another import is writing into this vault."""


class NotWritable(VaultError):
    """The home cannot be written."""
