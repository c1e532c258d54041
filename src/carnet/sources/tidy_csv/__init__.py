"""Tidy CSV: samples or laboratory results that a person or a script wrote, one row each."""
