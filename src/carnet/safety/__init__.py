"""When to urge care, and what is never said. Pure: reads only its own packaged rules, refuses to diagnose or to calm."""

from carnet.safety.model import Assessment, Level, Profile
from carnet.safety.triage import assess

__all__ = ["Assessment", "Level", "Profile", "assess"]
