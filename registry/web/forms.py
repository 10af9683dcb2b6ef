"""What people type in. A form checks shape only; whether a deed is allowed and makes sense, the action says."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from registry.models import Letters
from registry.models.token import SCOPES


def take(form: forms.Form, error: ValidationError) -> None:
    """An action's refusal, put beside the fields it is about."""
    raw = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in raw.items():
        form.add_error(name if name in form.fields else None, messages)


class Registration(forms.Form):
    handle = forms.CharField(max_length=64, help_text="3 to 64 lower-case letters, digits and hyphens.")
    name = forms.CharField(max_length=200, help_text="As it shall stand on your work.")
    email = forms.EmailField(label="E-mail", help_text="Shown to nobody but the editors.")
    orcid = forms.CharField(
        label="ORCID iD",
        max_length=19,
        required=False,
        help_text="As 0000-0002-1825-0097. It gives credit once it is verified.",
    )
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text="At least 12 characters."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handle"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"


class NewToken(forms.Form):
    LIFETIMES = ((30, "30 days"), (90, "90 days"), (365, "one year"))

    name = forms.CharField(label="What for", max_length=100, help_text="Your laptop, a script, a node.")
    scopes = forms.MultipleChoiceField(
        label="May", choices=[(s, s) for s in SCOPES], widget=forms.CheckboxSelectMultiple, initial=list(SCOPES[:2])
    )
    lifetime = forms.TypedChoiceField(
        label="Ends after", choices=LIFETIMES, coerce=lambda days: timedelta(days=int(days)), initial=90
    )


class Mail(forms.Form):
    letters_wanted = forms.ChoiceField(choices=Letters.choices, label="Mail from Pharos", widget=forms.RadioSelect)


class Submission(forms.Form):
    url = forms.CharField(
        label="Git repository",
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"}),
        help_text="An https address that anyone can clone.",
    )
    ref = forms.CharField(
        label="Tag",
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="The version to check, as v1.0.0. It equals the version in adp.toml.",
    )


class Withdrawal(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Stands on the page for ever. Say what is wrong and who is affected.",
    )
