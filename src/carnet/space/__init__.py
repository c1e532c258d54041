"""HealthSpace: the one entrance, the only place where the rooms are put together. It knows no web framework and prints nothing."""
