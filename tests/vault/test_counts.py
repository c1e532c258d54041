"""A report is counted apart from the writing: rows that got lost undo the import, they never become a wrong sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from carnet.space.importing import Miscounted, import_paths
from carnet.vault.home import Home
from carnet.vault.vault import Vault

LABS = """date,name,comparator,value,unit,ref_low,ref_high,lab
2026-02-01,CD4+,,500,,,,City
2026-02-01,CD4-,,500,,,,City
2026-02-01,CD4-,,500,,,,City
,CD4+,,500,,,,City
"""


def write(path: Path, *order: int) -> Path:
    head, *rows = LABS.splitlines()
    path.write_text("\n".join([head, *(rows[i] for i in order)]) + "\n")
    return path


def test_every_row_of_a_file_is_in_the_report_whatever_the_order(tmp_path: Path) -> None:
    with Vault(Home(tmp_path / "h").make_vault(None)) as vault:
        for order, added, unchanged in (((0, 1, 2, 3), 2, 1), ((3, 2, 1, 0), 0, 3)):
            (report,) = import_paths(vault, [write(tmp_path / f"{added}.csv", *order)], None, {}, False, None)
            assert (report["read"], report["added"], report["unchanged"]) == (4, added, unchanged)
            assert sum(p["count"] for p in report["problems"]) == 1


def test_a_row_that_gets_lost_undoes_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "steps.csv"
    path.write_text("metric,start,end,value,unit,source\nsteps,2026-02-01T08:00:00Z,2026-02-01T09:00:00Z,100,count,Watch\n")
    with Vault(Home(tmp_path / "h").make_vault(None)) as vault:
        with monkeypatch.context() as patch:
            patch.setattr("carnet.vault.written.Written.count", lambda self, *more: setattr(self, "added", self.added - 1))
            with pytest.raises(Miscounted) as told:
                list(import_paths(vault, [path], None, {}, False, None))
        assert "1 rows" in str(told.value)
        assert vault._file.row("select count(*) from batch") == (0,)
        (report,) = import_paths(vault, [path], None, {}, False, None)
        assert (report["read"], report["added"]) == (1, 1)
