"""Forms of training from elsewhere: the report, and the reason for not accepting it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.kernel.documents import DocumentRefused
from courses.outside.files import Evidence, check
from courses.outside.models import OutsideTraining
from courses.outside.rules import Details
from curriculum.competences.queries import competence_names

DESCRIPTION_LENGTH = 2_000
REASON_LENGTH = 500
# A training that took longer than a working year is a slip of the finger; one from so long ago too.
MOST_HOURS = 2_000
YEARS = 50
TIME_MISSING = _("Say how long it took. Less than an hour is 0 hours and some minutes.")


class TrainingForm(forms.Form):
    """What somebody did elsewhere, with evidence."""

    title = forms.CharField(label=_("What was it called?"), max_length=200)
    provider = forms.CharField(
        label=_("Who gave it?"), help_text=_("The school, network, authority or company."), max_length=200
    )
    on = forms.DateField(
        label=_("Date"),
        help_text=_("If it took several days, the last one."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    hours = forms.IntegerField(
        label=_("Hours"),
        help_text=_("Without breaks and travel."),
        min_value=0,
        max_value=MOST_HOURS,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
        error_messages={"required": TIME_MISSING},
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=0,
        max_value=59,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    competence = forms.ChoiceField(
        label=_("Competence"),
        help_text=_("The one of ProcurCompEU that it served most."),
        required=False,
    )
    description = forms.CharField(
        label=_("What was it about?"),
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    file = forms.FileField(
        label=_("Evidence"),
        help_text=_("A certificate or programme: PDF, PNG or JPEG, at most 10 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def __init__(
        self, language: str, data: Any = None, files: Any = None, *, training: OutsideTraining | None = None
    ) -> None:
        super().__init__(data, files, initial=_initial(training), use_required_attribute=False)
        self.evidence: Evidence | None = None
        fields: dict[str, Any] = self.fields
        names = sorted(competence_names(language).values(), key=lambda each: (len(each.code), each.code))
        fields["competence"].choices = [
            ("", pgettext_lazy("competence", "None in particular")),
            *((each.code, f"{each.code} {each.name}") for each in names),
        ]
        # A report keeps the competence that it names, in the list or not.
        if training is not None and training.competence not in {"", *(each.code for each in names)}:
            fields["competence"].choices.append((training.competence, training.competence))
        if training is not None and training.file_name:
            fields["file"].label = _("Another file in place of the evidence")
            self.fields["drop_file"] = forms.BooleanField(label=_("Take the evidence away"), required=False)

    def clean_on(self) -> Any:
        """A day that was."""
        day, today = self.cleaned_data["on"], timezone.localdate()
        if day > today:
            raise forms.ValidationError(_("This day is still to come. Report the training once it is over."))
        if day < today - timedelta(days=366 * YEARS):
            raise forms.ValidationError(_("Look at the year again: this is long ago."))
        return day

    def clean_file(self) -> Any:
        """A file that may be kept, by its content."""
        file = self.cleaned_data["file"]
        if file:
            try:
                self.evidence = check(file)
            except DocumentRefused as why:
                raise forms.ValidationError(why.message) from why
        return file

    def clean(self) -> dict[str, Any]:
        """It took some time."""
        said = super().clean() or {}
        if not {"hours", "minutes"} & set(self.errors) and not (said["hours"] or said["minutes"]):
            self.add_error("hours", TIME_MISSING)
        return said

    @property
    def details(self) -> Details:
        """What is reported, once the form is valid."""
        said = self.cleaned_data
        return Details(
            title=" ".join(said["title"].split()),
            provider=" ".join(said["provider"].split()),
            on=said["on"],
            minutes=said["hours"] * 60 + (said["minutes"] or 0),
            competence=said["competence"],
            description=said["description"].replace("\r\n", "\n"),
        )

    @property
    def drops_file(self) -> bool:
        """Whether the file that is there is to go."""
        return bool(self.cleaned_data.get("drop_file"))


class AnswerForm(forms.Form):
    """Why a report is not accepted."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The person reads it."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why you do not accept it. The person reads it.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)


def _initial(training: OutsideTraining | None) -> dict[str, Any]:
    if training is None:
        return {}
    hours, minutes = divmod(training.minutes, 60)
    fields = ("title", "provider", "on", "competence", "description")
    return {name: getattr(training, name) for name in fields} | {"hours": hours, "minutes": minutes}
