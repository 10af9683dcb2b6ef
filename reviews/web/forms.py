"""What the desk's forms parse. They check shape only; the actions decide."""

from django import forms

from reviews.lifecycle import CODE_MODE_CHOICES, DeclineReason, Mode, Outcome, Track


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class Invitation(forms.Form):
    handle = forms.CharField(
        max_length=64, label="Handle of the reviewer", help_text="As in the address of their page."
    )
    track = forms.ChoiceField(choices=Track.choices, label="Track")


class Decline(forms.Form):
    reason = forms.ChoiceField(choices=DeclineReason.choices, label="Why not?", widget=forms.RadioSelect)
    note = forms.CharField(
        max_length=2000,
        required=False,
        label="For the editor",
        help_text="What the conflict is, who could do it instead, or from when you have time. Authors never see it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Ruling(forms.Form):
    outcome = forms.ChoiceField(choices=Outcome.choices, label="Decision", widget=forms.RadioSelect)
    rationale = forms.CharField(
        max_length=20_000,
        label="Rationale",
        help_text="The authors read it. Call reviewers “Reviewer 1”.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    accepts_label = forms.CharField(
        max_length=64,
        required=False,
        label="Accept this version ahead",
        help_text="With minor changes: its label, such as 1.2.1. The registry accepts it once its checks pass.",
    )
    accepts_paths = forms.CharField(
        max_length=4000,
        required=False,
        label="If nothing changed but",
        help_text="Files or folders of the repository, one a line. Empty: anything may change.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_accepts_paths(self) -> list[str]:
        return lines(self.cleaned_data["accepts_paths"])


class Handle(forms.Form):
    handle = forms.CharField(max_length=64, label="Handle", help_text="As in the address of their page.")


class LineUp(forms.Form):
    track = forms.ChoiceField(choices=Track.choices, label="Asked for")
    handles = forms.CharField(
        max_length=1400,
        required=False,
        label="Handles, in this order",
        help_text="One a line. The next one is asked when somebody declines or stays silent.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_handles(self) -> list[str]:
        return lines(self.cleaned_data["handles"])


class Modes(forms.Form):
    mode = forms.ChoiceField(choices=CODE_MODE_CHOICES, label="Code")
    science_mode = forms.ChoiceField(choices=Mode.choices, label="Science case")


class MoreTime(forms.Form):
    due_on = forms.DateField(label="Until", widget=forms.DateInput(attrs={"type": "date"}))


class Appealing(forms.Form):
    text = forms.CharField(
        max_length=20_000,
        label="What did the decision get wrong?",
        help_text="Say where one can see it. A second editor reads it, and the first one; the reviewers do not.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AppealRuling(forms.Form):
    rationale = forms.CharField(
        max_length=20_000,
        label="Why",
        help_text="The authors and the first editor read it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
