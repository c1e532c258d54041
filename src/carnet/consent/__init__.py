"""What was agreed: grants per service, category and purpose, and the Permit they add up to. Pure rules, no storage."""

from carnet.consent.errors import ConsentError, NotGranted, UnknownWord
from carnet.consent.grants import PURPOSES, WORDING_VERSION, ConsentEvent, Permit, check_purpose, expand_categories, permit

__all__ = [
    "PURPOSES",
    "WORDING_VERSION",
    "ConsentError",
    "ConsentEvent",
    "NotGranted",
    "Permit",
    "UnknownWord",
    "check_purpose",
    "expand_categories",
    "permit",
]
