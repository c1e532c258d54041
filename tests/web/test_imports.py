"""Import: sealed while it arrives, read beside everything else, told in words; what is cut, foreign or unwanted leaves nothing behind."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from carnet.vault.errors import NotWritable
from carnet.vault.sealed import Sealed
from carnet.web import state, uploads
from carnet.web.desk import Desk
from journeys.carnet import export, record
from web.conftest import HOSTILE, text

CANARY = "canary-73125.5"
SAMPLES = "metric,start,end,value,unit,source\n"
WEIGHTS = SAMPLES + "body_mass,2026-03-01 08:00,2026-03-01 08:00,71.2,kg,Scale\n"
NO_UNIT = SAMPLES + "body_mass,2026-03-01 08:00,2026-03-01 08:00,71.2,,Scale\n"


def file(name: str, data: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)


def settled() -> None:
    """Waits for every import under way."""
    with state.imports()._turn:
        pass
    assert not any(job.busy for job in state.imports().all())


def sent(client: Client, *files: SimpleUploadedFile, **more: Any) -> str:
    """The page after the files were read."""
    client.post("/import", {"files": list(files), "end": "whole", **more})
    for job in state.imports().all():
        while job.busy:
            with state.imports()._turn:
                pass
    return text(client.get("/import"))


def left(root: Path) -> list[str]:
    """The files on their way in that are still on the disk."""
    return [p.name for p in (root / "uploads").glob("*")] if (root / "uploads").exists() else []


def anywhere(root: Path, words: bytes) -> list[str]:
    """The files under the home in which these bytes stand in the clear."""
    return [p.name for p in root.rglob("*") if p.is_file() and words in p.read_bytes()]


def test_a_file_becomes_a_card_in_words(client: Client, desk: Desk) -> None:
    page = sent(client, file("weights.csv", WEIGHTS))
    assert "Your own table, 1 March 2026" in page
    assert "1 row from Scale." in page
    assert "Most of all: weight." in page
    assert "1 new" in page
    assert "Nothing of it is used to answer you yet." in page
    assert 'href="/connections/tidy_csv"' in page
    assert left(desk.root("own")) == []


def test_the_same_file_again_adds_nothing(client: Client) -> None:
    sent(client, file("weights.csv", WEIGHTS))
    assert "nothing was added" in sent(client, file("weights.csv", WEIGHTS))
    assert "0 new, 1 already here" in sent(client, file("renamed.csv", WEIGHTS))


def test_names_are_words_never_markup(client: Client, tmp_path: Path) -> None:
    data = export(tmp_path, [record("StepCount", "2026-03-09 10:00:00 +0100", "2026-03-09 10:10:00 +0100", 9, source=HOSTILE)]).read_bytes()
    page = sent(client, file("<script>alert(1)<script>.zip", data))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_problems_are_counted_with_their_place(client: Client) -> None:
    rows = [f"steps,2026-03-0{n} 08:00,2026-03-0{n} 09:00,{'x' if n > 2 else 100},count,Phone" for n in range(1, 6)]
    page = sent(client, file("steps.csv", SAMPLES + "\n".join(rows) + "\n"))
    assert "3 rows could not be read: a number that cannot be read" in page
    assert "(the first: row " in page


def test_a_question_is_settled_on_the_card(client: Client, desk: Desk) -> None:
    page = sent(client, file("weights.csv", NO_UNIT))
    assert "Which unit are the numbers of “weight” in?" in page
    assert re.search(r'type="radio"[^>]*checked', page) is None
    assert len(left(desk.root("own"))) == 1
    ident, key = state.imports().all()[0].ident, f"ask.{state.imports().all()[0].asks[0]['key']}"
    client.post(f"/import/{ident}/settle", {key: "stone"})
    assert state.imports().all()[0].state == "done"
    client.post(f"/import/{ident}/settle", {key: "kg"})
    while state.imports().all()[0].busy:
        with state.imports()._turn:
            pass
    page = text(client.get("/import"))
    assert "1 new" in page
    assert "Which unit" not in page
    assert left(desk.root("own")) == []


def packed(name: str) -> bytes:
    """A zip with one file of that name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "hello")
    return made.getvalue()


FAILURES = [
    ("results.pdf", b"%PDF-1.7 x", "pdf"),
    ("photo.jpg", b"\xff\xd8\xff\xe0 x", "picture"),
    ("table.xlsx", packed("xl/workbook.xml"), "sheet"),
    ("other.zip", packed("readme.txt"), "zip"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", "sheet"),
    ("export.tar.gz", b"\x1f\x8b\x08 x", "archive"),
    ("notes.txt", b"hello there", "not_recognised"),
    ("export.xml", b"<?xml version='1.0'?><HealthData>", "damaged"),
]


@pytest.mark.parametrize(("name", "data", "code"), FAILURES)
def test_what_cannot_be_read_says_what_to_do(client: Client, desk: Desk, name: str, data: bytes, code: str) -> None:
    from carnet.web.words import say

    page = sent(client, file(name, data))
    assert state.imports().all()[0].code == code
    assert say("en", f"import.failed.{code}") in page
    assert "Nothing was added" in page
    assert left(desk.root("own")) == []
    client.post("/language", {"lang": "fr"})
    assert say("fr", f"import.failed.{code}").replace("'", "&#x27;") in text(client.get("/import"))


# --- promises, each with somebody who tries to break it ---


def test_no_plaintext_on_disk_while_it_arrives_or_after(client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    root, seen = desk.root("own"), []
    write = Sealed.write

    def watched(self: Sealed, data: bytes) -> None:
        write(self, data)
        seen.append(anywhere(root, CANARY.encode()))

    monkeypatch.setattr(Sealed, "write", watched)
    rows = "".join(f"steps,2026-03-01 08:{n % 60:02d},2026-03-01 08:{n % 60:02d},{n},count,{CANARY}\n" for n in range(40_000))
    sent(client, file(f"{CANARY}.csv", SAMPLES + rows))
    assert len(seen) > 1
    assert [found for found in seen if found] == []
    assert anywhere(root, CANARY.encode()) == []
    assert left(root) == []


def test_no_name_of_a_file_is_logged(client: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carnet.space.space.import_opened", lambda *_: (_ for _ in ()).throw(RuntimeError(CANARY)))
    page = sent(client, file(f"{CANARY}.csv", WEIGHTS))
    assert "went wrong on our side" in page
    heard = capsys.readouterr()
    assert "internal fault" in heard.err
    assert CANARY not in heard.err + heard.out


def test_a_body_cut_in_the_middle_leaves_nothing(client: Client, desk: Desk) -> None:
    body = (
        '--b\r\nContent-Disposition: form-data; name="files"; filename="w.csv"\r\nContent-Type: text/csv\r\n\r\n' + WEIGHTS * 40
    ).encode()
    for end in (b"", b'\r\n--b\r\nContent-Disposition: form-data; name="end"\r\n\r\nwhol'):
        client.post("/import", body + end, content_type="multipart/form-data; boundary=b")
        assert state.imports().all() == []
        assert left(desk.root("own")) == []
    assert "did not arrive whole" in text(client.get("/import"))


class _Torn(io.BytesIO):
    """A connection that breaks after its first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 300:
            raise ConnectionResetError
        return super().read(min(size or 200, 200))


def test_a_connection_that_breaks_leaves_nothing(client: Client, desk: Desk) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="w.csv"\r\n\r\n'
    torn = _Torn(head + WEIGHTS.encode() * 1000)
    client.raise_request_exception = False
    client.generic("POST", "/import", b"", "multipart/form-data; boundary=b", **{"wsgi.input": torn, "CONTENT_LENGTH": "99999"})
    assert state.imports().all() == []
    assert left(desk.root("own")) == []


def test_a_form_without_our_proof_leaves_nothing(client: Client, desk: Desk) -> None:
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    strict.cookies = client.cookies
    response = strict.post("/import", {"files": [file("w.csv", WEIGHTS)], "end": "whole"})
    assert response.status_code == 403
    assert state.imports().all() == []
    assert left(desk.root("own")) == []


def test_files_sent_to_any_other_page_leave_nothing(client: Client, desk: Desk) -> None:
    client.post("/language", {"lang": "en", "files": [file("w.csv", WEIGHTS)]})
    assert left(desk.root("own")) == []


def test_who_was_not_let_in_cannot_write(desk: Desk) -> None:
    stranger = Client(HTTP_HOST="127.0.0.1")
    assert stranger.post("/import", {"files": [file("w.csv", WEIGHTS)], "end": "whole"}).status_code == 403
    assert left(desk.root("own")) == []


def test_a_full_disk_is_said_and_leaves_nothing(client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Sealed, data: bytes) -> None:
        raise NotWritable("no room")

    monkeypatch.setattr(Sealed, "write", full)
    assert "The disk is full" in sent(client, file("w.csv", WEIGHTS))
    assert left(desk.root("own")) == []


def test_too_many_and_too_large(client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILES", 1)
    page = sent(client, file("a.csv", WEIGHTS), file("b.csv", WEIGHTS))
    assert "the rest was left out" in page
    assert len(state.imports().all()) == 1
    monkeypatch.setattr(uploads, "MAX_BYTES", 10)
    assert "larger than 20 GB" in sent(client, file("c.csv", WEIGHTS))
    assert len(state.imports().all()) == 1
    assert left(desk.root("own")) == []


def test_nothing_goes_into_the_demo(client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/space", {"which": "demo"})
    page = text(client.get("/import"))
    assert 'type="file"' not in page
    assert "Go to my own space" in page
    sent(client, file("weights.csv", WEIGHTS))
    with desk.space("own") as space:
        assert any(e.action == "import" and e.body["service"] == "tidy_csv" and e.body["added"] == 1 for e in space.audit())
    assert not (desk.root("demo") / "uploads").exists()


def test_without_a_vault_the_page_leads_to_welcome(client: Client, desk: Desk, tmp_path: Path) -> None:
    desk.close()
    (desk.root("own") / "home.toml").rename(tmp_path / "away.toml")
    assert client.get("/import")["Location"] == "/welcome"
    assert client.post("/import", {"files": [file("w.csv", WEIGHTS)], "end": "whole"})["Location"] == "/welcome"
    assert state.imports().all() == []
    assert left(desk.root("own")) == []


def test_a_page_that_asks_again_gets_the_card_until_it_is_done(client: Client) -> None:
    with state.imports()._turn:
        client.post("/import", {"files": [file("weights.csv", WEIGHTS)], "end": "whole"})
        job = state.imports().all()[0]
        waiting = text(client.get(f"/import/{job.ident}", headers={"HX-Request": "true"}))
        assert 'hx-trigger="every' in waiting
        assert "weights.csv" in waiting
        assert '<noscript><meta http-equiv="refresh"' in text(client.get("/import"))
    while job.busy:
        settled_turn()
    done = text(client.get(f"/import/{job.ident}", headers={"HX-Request": "true"}))
    assert "hx-trigger" not in done
    assert "http-equiv" not in text(client.get("/import"))
    assert client.get("/import/nothing").status_code == 404


def settled_turn() -> None:
    with state.imports()._turn:
        pass


def test_a_script_gets_the_cards_alone(client: Client) -> None:
    page = text(client.post("/import", {"files": [file("w.csv", WEIGHTS)], "end": "whole"}, headers={"X-Carnet": "fetch"}))
    assert "<html" not in page
    assert 'class="card import' in page


@pytest.fixture(autouse=True)
def ended(desk: Desk) -> Iterator[None]:
    """No import outlives its test."""
    yield
    for job in state.imports().all():
        while job.busy:
            settled_turn()


def test_an_empty_file_leaves_a_card_beside_the_others(client: Client) -> None:
    page = sent(client, file("nothing.csv", ""), file("w.csv", WEIGHTS))
    assert "nothing.csv" in page
    assert "This file is empty" in page
