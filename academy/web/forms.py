"""Forms of the academy's own pages, and allauth's forms in our words."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from academy.people.models import User
from academy.website.models import Feedback

# Names of fields that allauth words differently from one form to the next.
LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "code": pgettext_lazy("from a mail", "Code"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
}
HINTS = {
    "code": _("Capital and small letters are the same; you can leave out the hyphen."),
    "password1": _("At least 12 characters. Several words in a row are easy to remember and hard to guess."),
}


class OurWords:
    """Labels and hints of our own; a placeholder is no label, so there is none."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            # allauth's hints are HTML with links of their own; the templates have them.
            field.help_text = HINTS.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}


class SignInForm(OurWords, account_forms.LoginForm):
    """Sign-in by password or, with the second button, by a code that is mailed: one page for both."""

    # Not named after a password or a code: it is the button that was pressed.
    BY_MAIL = "by_mail"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.required = self.BY_MAIL not in self.data
        password.error_messages["required"] = _("Enter your password, or have a code sent to you.")
        self.fields["login"].widget.attrs["autocomplete"] = "username"

    def _setup_password_field(self) -> None:
        """allauth drops the field where sign-up asks for no password; here people may set one later."""

    def clean_password(self) -> str:
        """Empty where a code is asked for, whatever the browser filled in."""
        return "" if self.BY_MAIL in self.data else self.cleaned_data["password"]


class SignUpForm(OurWords, account_forms.SignupForm):
    """Name and address, no more; a password can be set later."""

    field_order = ("display_name", "email")
    display_name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def custom_signup(self, request: Any, user: Any) -> None:
        """Called by allauth when the person is saved."""
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])


class RequestCodeForm(OurWords, account_forms.RequestLoginCodeForm):
    """Where to send a sign-in code."""


class ConfirmSignInCodeForm(OurWords, account_forms.ConfirmLoginCodeForm):
    """The code that was mailed to sign in."""


class ConfirmAddressCodeForm(OurWords, account_forms.ConfirmEmailVerificationCodeForm):
    """The code that was mailed to confirm an address."""


class ChangeAddressForm(OurWords, account_forms.AddEmailForm):
    """A new e-mail address, confirmed by a code before it counts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ForgottenPasswordForm(OurWords, account_forms.ResetPasswordForm):
    """Where to send the link with which to choose a new password."""


class NewPasswordForm(OurWords, account_forms.ResetPasswordKeyForm):
    """A new password, by the mailed link."""


class ChangePasswordForm(OurWords, account_forms.ChangePasswordForm):
    """A new password in place of the old one."""


class SetPasswordForm(OurWords, account_forms.SetPasswordForm):
    """A first password, for people who signed in by code until now."""


class ReauthenticateForm(OurWords, account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""


class ProfileForm(forms.ModelForm):
    """Names, language and time zone of the person who is signed in."""

    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Dates and times are shown in it."))

    class Meta:
        model = User
        fields = ("display_name", "certificate_name", "language", "time_zone")
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "certificate_name": forms.TextInput(attrs={"autocomplete": "name"}),
        }
        help_texts = {
            "display_name": _("Trainers and managers of your organisation see it."),
            "certificate_name": _("As in your passport, for example. Leave empty to use your name."),
            "language": _("Of mails, certificates and pages without a language of their own."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].required = True
        zone: Any = self.fields["time_zone"]
        zone.choices = time_zones()


class DeleteAccountForm(forms.Form):
    """Proof that it is the account's owner who deletes it: the password, or the address for who has no password."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_usable_password():
            self.fields["password"] = forms.CharField(
                label=_("Your password"),
                strip=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            )
        else:
            self.fields["email"] = forms.EmailField(
                label=_("Your e-mail address"),
                help_text=_("Type it to confirm that you mean it."),
                widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            )

    def clean_password(self) -> str:
        """The right password; wrong ones are counted like those of a sign-in."""
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise forms.ValidationError(_("This is not your password."), code="wrong")
        return password

    def clean_email(self) -> str:
        """The account's address."""
        email: str = self.cleaned_data["email"].lower()
        if email != self.user.email:
            raise forms.ValidationError(_("This is not the address of your account."), code="wrong")
        return email


class FeedbackForm(forms.ModelForm):
    """A message to the operator. `website` is a trap: people do not see it, programs fill it in."""

    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    class Meta:
        model = Feedback
        fields = ("message", "email")
        widgets = {
            "message": forms.Textarea(attrs={"rows": 6, "maxlength": 4000}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        labels = {"message": _("Your message"), "email": _("Your e-mail address")}
        help_texts = {"email": _("If you would like an answer.")}

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled in the form."""
        return bool(self.cleaned_data.get("website"))


def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones by region, Europe first: `("Europe", [("Europe/Brussels", "Brussels"), ...])`."""
    regions: dict[str, list[tuple[str, str]]] = {"Europe": []}
    for name in sorted(available_timezones()):
        region, _slash, place = name.partition("/")
        if place and region in {
            "Europe",
            "Africa",
            "America",
            "Antarctica",
            "Asia",
            "Atlantic",
            "Australia",
            "Indian",
            "Pacific",
        }:
            regions.setdefault(region, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return [*regions.items(), (gettext("Other"), [("UTC", "UTC")])]
