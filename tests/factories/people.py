"""A cast of people: alice leads a consortium, amy works with her, bob reviews, carol edits, oscar runs a node, dan has
no business here."""

from dataclasses import dataclass

import factory
from django.utils import timezone

from registry.people import Centre, Membership, Person, Role

PASSWORD = "correct horse battery staple"
ORCIDS = {
    "alice": "0000-0002-1825-0097",
    "amy": "0000-0001-5109-3700",
    "bob": "0000-0002-9079-593X",
    "carol": "0000-0003-1415-9269",
}


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    username = factory.Sequence("person-{}".format)
    name = factory.LazyAttribute(lambda p: p.username.capitalize())
    email = factory.LazyAttribute(lambda p: f"{p.username}@example.org")
    password = PASSWORD

    class Params:
        verified = factory.Trait(orcid_verified_at=factory.LazyFunction(timezone.now))
        editor = factory.Trait(is_editor=True)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class CentreFactory(factory.django.DjangoModelFactory):
    """Its handle is taken with it, as registry.actions.centres.found does."""

    class Meta:
        model = Centre
        skip_postgeneration_save = True

    handle = factory.Sequence("centre-{}".format)
    name = factory.LazyAttribute(lambda c: c.handle.upper())
    tier = "2"

    own_handle = factory.RelatedFactory(
        "tests.factories.people.HandleFactory", factory_related_name="centre", name=factory.SelfAttribute("..handle")
    )


class HandleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = "registry.Handle"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    centre = factory.SubFactory(CentreFactory)
    person = factory.SubFactory(PersonFactory)
    role = Role.MEMBER
    since = factory.LazyFunction(lambda: timezone.now().date())


@dataclass(frozen=True, slots=True)
class Cast:
    alice: Person
    amy: Person
    bob: Person
    carol: Person
    oscar: Person
    dan: Person
    muse: Centre


def cast() -> Cast:
    muse = CentreFactory(handle="muse-gto", name="MUSE GTO consortium")
    people = {
        name: PersonFactory(
            username=name,
            orcid=ORCIDS.get(name, ""),
            verified=name in ORCIDS,
            is_editor=name == "carol",
        )
        for name in ("alice", "amy", "bob", "carol", "oscar", "dan")
    }
    MembershipFactory(centre=muse, person=people["alice"], role=Role.CURATOR)
    MembershipFactory(centre=muse, person=people["amy"])
    MembershipFactory(centre=CentreFactory(handle="data-centre"), person=people["oscar"], role=Role.OPERATOR)
    return Cast(**people, muse=muse)
