"""One module per screen: a request in, a page out. What a page shows comes from HealthSpace."""
