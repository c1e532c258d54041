"""One folder per service that Carnet can read; they do not know each other, and files are recognised by content."""
