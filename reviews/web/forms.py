"""What the desk's forms parse. They check shape only; the actions decide."""

from django import forms

from reviews.lifecycle import DeclineReason, Outcome, Track


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
