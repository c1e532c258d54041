"""What Camille says of herself in the profile. Visits and treatments stand here as named dates: no file she has would bring them."""

from __future__ import annotations

import json
from datetime import date, timedelta

from carnet.space.demo_person.body import HEIGHT_M
from carnet.space.demo_person.labs import BACK
from carnet.space.demo_person.life import HOME, KNEE, LISBON, NEW_WATCH, NEW_YORK

EVENTS: tuple[tuple[str, int], ...] = (  # name, days before the end; each in both of her languages
    ("annual check-up", BACK[0] - 6), ("visite annuelle", BACK[0] - 6),
    ("levothyroxine", BACK[0] - 9), ("lévothyroxine", BACK[0] - 9),
    ("iron tablets", BACK[0] - 6), ("cure de fer", BACK[0] - 6),
    ("knee injury", KNEE[0]), ("blessure au genou", KNEE[0]),
    ("Lisbon", LISBON[0]), ("Lisbonne", LISBON[0]),
    ("new watch", NEW_WATCH), ("nouvelle montre", NEW_WATCH),
    ("New York", NEW_YORK[0]),
    ("last check-up", 13), ("dernière visite", 13),
)  # fmt: skip


def born(end: date) -> date:
    """Her birthday, so that she is 46 on that day."""
    this_year = date(end.year - 46, 2, 11)
    return this_year if (end.month, end.day) >= (2, 11) else this_year.replace(year=end.year - 47)


def profile(end: date) -> dict[str, str]:
    """Texts by key, as `carnet profile set` takes them."""
    return {
        "home_zone": HOME.key,
        "birth_date": born(end).isoformat(),
        "sex": "female",
        "height_m": str(HEIGHT_M),
        "country": "FR",
        "units": "metric",
        "week_start": "mon",
        "goals": json.dumps({"steps": 8000, "active_energy": 400, "exercise_minutes": 30}),
        "events": json.dumps({name: (end - timedelta(days=back)).isoformat() for name, back in EVENTS}, ensure_ascii=False),
    }
