"""From words to a Plan: dates, lexicon, parser, in English and French. It reads its own tables and nothing of the record."""
