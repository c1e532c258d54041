"""Where requests come in: Django settings, the address book, who may enter, the ASGI root."""
