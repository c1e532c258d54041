"""What no outgoing text may hold, in both languages, and what must pass although its words are near."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.assistant.words.sentences import sentences
from carnet.safety import Level
from carnet.safety.boundary import check, product_claims
from carnet.safety.rules import rules

ROOT = Path(__file__).resolve().parents[2]

DIAGNOSIS = [
    "You have diabetes.",
    "You probably have a urinary infection.",
    "You are anaemic.",
    "This is most likely a migraine.",
    "It sounds like pneumonia.",
    "You are having a panic attack.",
    "Your son has appendicitis.",
    "The most likely diagnosis is gout.",
    "This means you have prediabetes.",
    "Vous avez probablement une infection urinaire.",
    "Vous souffrez d'une anémie.",
    "C'est sûrement une migraine.",
    "Il s'agit d'une appendicite.",
    "Cela ressemble à une grippe.",
    "Vous faites un AVC.",
    "Votre fille a la varicelle.",
    "Le diagnostic le plus probable est la goutte.",
    "Ce résultat montre que vous êtes carencée.",
]
DOSE = [
    "Take 2 tablets.",
    "You can take 500 mg of paracetamol.",
    "You should take one more pill tonight.",
    "You can safely double your dose.",
    "It is fine to stop taking your tablets.",
    "You should skip the dose.",
    "I recommend you reduce your insulin.",
    "The right dose is 20 mg.",
    "The maximum daily dose is 4 g.",
    "If needed you can take up to 3 tablets.",
    "Rest. Then take half a tablet.",
    "Go ahead and increase the dose.",
    "Prenez 2 comprimés.",
    "Vous pouvez prendre 500 mg de paracétamol.",
    "Il suffit de prendre une gélule.",
    "Vous pouvez doubler la dose.",
    "Vous devriez arrêter votre traitement.",
    "Arrêtez le traitement.",
    "Sautez la prise de ce soir.",
    "La dose maximale est de 4 g.",
    "Je vous conseille de réduire la dose.",
]
REASSURANCE = [
    "You are fine.",
    "You're okay.",
    "You will be fine.",
    "It is nothing serious.",
    "There is nothing to worry about.",
    "Everything looks good.",
    "Rest assured.",
    "It's just stress.",
    "This is benign.",
    "There's no need to worry.",
    "It was a false alarm.",
    "Vous allez bien.",
    "Tout va bien.",
    "Ce n'est rien.",
    "Ce n'est pas grave.",
    "Il n'y a rien de grave.",
    "Aucun souci.",
    "Vous n'avez rien.",
    "C'est bénin.",
    "Soyez rassurée.",
    "Ne vous inquiétez pas.",
    "Vous êtes hors de danger.",
]
NORMAL = [
    "Your blood pressure is normal.",
    "All your results are normal.",
    "Your heart rate is within normal limits.",
    "That is an abnormal level.",
    "Votre tension est normale.",
    "Vos résultats sont tout à fait normaux.",
    "Un taux anormal.",
    "Le bilan est normal.",
]
GRADE = ["Your sleep gets a grade of B.", "Your health score is 82.", "Votre score de santé est de 82.", "You have a 12 % risk."]
PASS = [
    "In range (0.4 to 4.0 mIU/L, printed by your laboratory), lower than your last value.",
    "Dans l'intervalle (0,4 à 4,0 mUI/L, imprimé par votre laboratoire), plus bas que la dernière valeur.",
    "Your last LDL: 1.62 g/L on 22 January, outside the range printed by your laboratory.",
    "Your laboratory calls it abnormal.",
    "Votre laboratoire l'indique anormal.",
    "This is not a diagnosis.",
    "Ceci n'est pas un diagnostic.",
    "Carnet cannot say whether you have asthma.",
    "If you have diabetes, tell them so when you call.",
    "Do you have asthma?",
    "Si vous avez un diabète, dites-le en appelant.",
    "What you describe can be a stroke.",
    "Ce que vous décrivez peut être un AVC.",
    "Your record lists metformin 500 mg, twice a day, entered on 3 March.",
    "Votre dossier indique metformine 500 mg, deux fois par jour, noté le 3 mars.",
    "The label you photographed says one tablet in the morning.",
    "Do not stop taking it without asking.",
    "Never double a dose to catch up; ask your pharmacist.",
    "Ne doublez pas la dose ; demandez à votre pharmacien.",
    "N'arrêtez pas le traitement sans avis.",
    "Ask a pharmacist before taking these together.",
    "Demandez à un pharmacien avant de les prendre ensemble.",
    "You took 8,204 steps, and you have 9,204 values from two watches.",
    "Vous avez pris 3 kg depuis mars.",
    "You can take a walk of 20 minutes.",
    "You can stop this at any time.",
    "Vous pouvez arrêter à tout moment.",
    "Nothing of it was kept.",
    "Get examined today even if you are fine now.",
    "Faites-vous examiner aujourd'hui même si vous allez bien.",
    "Carnet never calls a value normal.",
    "No rule fired. It does not mean that you are well.",
]
KINDS = {"diagnosis": DIAGNOSIS, "dose": DOSE, "reassurance": REASSURANCE, "normal": NORMAL, "grade": GRADE}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_it_is_refused(kind: str, text: str) -> None:
    assert f"boundary.{kind}" in check(text)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", ["{}", "{} 8,204 steps yesterday.", "Hello! {}", "**{}**", "8 204 pas hier.\n{}"])
def test_it_is_refused_wherever_it_stands(kind: str, shape: str) -> None:
    passed = [text for text in KINDS[kind] if f"boundary.{kind}" not in check(shape.format(text))]
    assert not passed


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_refused_in_capitals_without_accents_and_with_curly_signs(kind: str) -> None:
    from carnet.safety.words import plain

    for text in KINDS[kind]:
        for form in (text.upper(), text.replace("'", "’"), plain(text)):
            assert f"boundary.{kind}" in check(form), form


@pytest.mark.parametrize("text", PASS)
def test_it_may_be_said(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize(
    "text", ["You can wait until Monday.", "Vous pouvez attendre lundi.", "Book an appointment.", "Prenez rendez-vous."]
)
def test_an_emergency_leaves_no_time(text: str) -> None:
    assert check(text, Level.EMERGENCY) == ["boundary.calms_emergency"]
    assert check(text) == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_rules_own_sentences_pass(lang: str) -> None:
    texts = [(rule.id, text, rule.level) for rule in rules() for text in (rule.reason[lang], *rule.ask[lang])]
    assert not [(name, found) for name, text, level in texts if (found := check(text, level))]


# --- what the project never says of itself -------------------------------------------------------------------------------

CLAIMS = {
    "claim.device": ["A medical-grade tool", "Carnet is a medical device.", "CE-marked", "FDA approved", "Un dispositif médical de classe I", "marquage CE"],
    "claim.diagnoses": ["Carnet diagnoses your symptoms.", "It detects diseases early.", "We treat pain.", "Carnet diagnostique vos symptômes.", "Il dépiste le cancer.", "Carnet guérit."],
    "claim.proven": ["Clinically proven", "doctor-approved answers", "medically reviewed", "Cliniquement prouvé", "Validé par des médecins"],
    "claim.certified": ["HIPAA certified", "GDPR-compliant", "Certifié HDS", "conforme au RGPD", "ISO 27001 certified"],
    "claim.guarantee": ["We guarantee your privacy.", "100 % accurate", "never wrong", "Nous garantissons l'exactitude.", "fiable à 100 %", "Carnet ne se trompe jamais."],
    "claim.replaces": ["Better than a doctor", "your virtual doctor", "It replaces your doctor.", "Remplace votre médecin", "un médecin virtuel", "plus besoin de médecin"],
}  # fmt: skip
SAID = [
    "It is not a medical device.",
    "Ce n'est pas un dispositif médical.",
    "It informs and prepares; it does not diagnose.",
    "Information to prepare your care, not a diagnosis.",
    "It never replaces a doctor.",
    "No clinician has reviewed the rules.",
    "These rules have not been reviewed by clinicians yet.",
    "Call your doctor today.",
    "Illnesses and diagnoses in your files",
    "Nothing here is guaranteed to be complete.",
]


@pytest.mark.parametrize(("claim", "text"), [(claim, text) for claim, texts in CLAIMS.items() for text in texts])
def test_a_claim_about_the_product_is_found(claim: str, text: str) -> None:
    assert claim in product_claims(text)


@pytest.mark.parametrize("text", SAID)
def test_what_is_true_of_the_product_may_be_said(text: str) -> None:
    assert product_claims(text) == []


CATALOGUES = sorted((ROOT / "src" / "carnet").rglob("messages/*.po"))
PAGES = sorted((ROOT / "src" / "carnet").rglob("templates/**/*.html"))
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# A message or document that has to name a claim to refuse it, by "file:id" or file, with the reason.
ALLOWED = {
    "evaluation:rate.harmless_raised": "names rows of a labelled set, to whoever measures",
    "evaluation:rate.benign_warned": "names rows of a labelled set, to whoever measures",
}


def test_there_is_something_to_read() -> None:
    assert len(CATALOGUES) >= 6
    assert PAGES
    assert ROOT / "docs" / "safety.md" in DOCUMENTS


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_message_claims(path: Path) -> None:
    room = ".".join(path.relative_to(ROOT / "src").parent.parent.parts)
    found = {
        key: ids
        for key, forms in sentences(path.stem, room).forms.items()
        if (ids := [claim for form in forms for claim in check(form) + product_claims(form)])
        and f"{path.parent.parent.name}:{key}" not in ALLOWED
    }
    assert not found


def _prose(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        return [re.sub(r"<[^>]*>|{[{%#].*?[}%#]}", " ", line) for line in text.splitlines()]
    return re.split(r"\n\s*\n|\n(?=[-|#])", text)


@pytest.mark.parametrize("path", [*PAGES, *DOCUMENTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_or_document_claims(path: Path) -> None:
    found = [(number, ids) for number, text in enumerate(_prose(path), 1) if (ids := product_claims(text))]
    assert not found or str(path.relative_to(ROOT)) in ALLOWED


# --- shape ---------------------------------------------------------------------------------------------------------------


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(check(text), list)
    assert isinstance(product_claims(text), list)


@pytest.mark.parametrize(
    "text", ["is " * 5000, "you have a " * 3000, "vous avez probablement un " * 2000, "take 1 " * 4000, "c est un une la le " * 2000]
)
def test_no_pattern_runs_away(text: str) -> None:
    begun = time.process_time()
    check(text, Level.EMERGENCY)
    product_claims(text)
    assert time.process_time() - begun < 2.0, "20,000 characters at most need a fraction of a second"
