"""From figures to sentences in English and French. No number here that is not of a Finding."""
