"""Apple Health: the export.zip of an iPhone, read once from front to back."""
