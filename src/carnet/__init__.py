"""Carnet: a private health space that answers from a person's own record."""

__version__ = "0.1.0"
