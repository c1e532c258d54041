"""The encrypted store of one person: keys, the SQLCipher file, segments of samples, single facts, and the only way to read them."""
