"""Deterministic analysis: Series in, Finding out. It never sees a View, a file or the clock."""
