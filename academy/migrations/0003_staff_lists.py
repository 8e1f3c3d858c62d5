"""What the lists of organisation types and of jobs begin with (NEEDS A1 to A13); administrators change them."""

from django.db import migrations

TYPES = {
    "municipality": ("Municipality", "Gemeente", "Gemeinde oder Stadt", "Commune"),
    "region": ("Province or region", "Provincie of regio", "Landkreis, Provinz oder Region", "Province ou région"),
    "water-authority": ("Water authority", "Waterschap", "Wasserverband", "Autorité de l’eau"),
    "central-government": (
        "Ministry or central government",
        "Ministerie of rijksoverheid",
        "Ministerium oder zentrale Behörde",
        "Ministère ou administration centrale",
    ),
    "semi-public": (
        "Semi-public body",
        "Semipublieke instelling",
        "Halböffentliche Einrichtung",
        "Organisme parapublic",
    ),
    "knowledge": (
        "Knowledge institution",
        "Kennisinstelling",
        "Forschungs- oder Bildungseinrichtung",
        "Établissement de recherche ou de formation",
    ),
    "company": ("Company", "Bedrijf", "Unternehmen", "Entreprise"),
}
JOBS = {
    "buyer": ("Buyer", "Inkoper", "Einkauf und Vergabe", "Achats"),
    "contract-manager": ("Contract manager", "Contractmanager", "Vertragsmanagement", "Gestion des contrats"),
    "budget-holder": ("Budget holder", "Budgethouder", "Budgetverantwortliche/r", "Responsable budgétaire"),
    "internal-client": ("Internal client", "Interne opdrachtgever", "Bedarfsstelle", "Service prescripteur"),
    "policy-adviser": ("Policy adviser", "Beleidsadviseur", "Fachreferat", "Conseil en politiques publiques"),
    "project-leader": ("Project leader", "Projectleider", "Projektleitung", "Direction de projet"),
    "sustainability": (
        "Sustainability coordinator",
        "Coördinator duurzaamheid",
        "Nachhaltigkeitskoordination",
        "Coordination du développement durable",
    ),
    "legal": ("Legal adviser", "Jurist", "Rechtsberatung", "Conseil juridique"),
    "elected": ("Elected member or executive", "Bestuurder of volksvertegenwoordiger", "Politik", "Mandat électif"),
}
LANGUAGES = ("en", "nl", "de", "fr")


def fill(apps, schema_editor):
    """Add what is not there; nothing that is there is changed."""
    for name, rows in (("OrganisationType", TYPES), ("JobRole", JOBS)):
        model = apps.get_model("academy", name)
        for position, (code, words) in enumerate(rows.items(), 1):
            names = dict(zip(LANGUAGES, words, strict=True))
            model.objects.get_or_create(code=code, defaults={"names": names, "position": position})


class Migration(migrations.Migration):
    dependencies = [("academy", "0003_staff")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
