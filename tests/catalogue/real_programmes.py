"""Two programmes that museums know, with their real facts: a funded one with three hosts, and a cohort that pays."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from programmes.catalogue.models import Edition, Module, Partner, Programme
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory

PUBLISHED = datetime(2017, 6, 1, 9, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
BRUSSELS = ZoneInfo("Europe/Brussels")


def traces() -> Edition:
    """Together Reaching AudienCES: a funded workshop of three days, in three modules by digital maturity."""
    topic = TopicFactory(
        slug="open-museums",
        code="OM",
        name="Open Museums",
        colour="open-museums",
        sign="open-museums",
    )
    programme = Programme.objects.create(
        slug="traces",
        title="TRACES",
        summary="European museums develop and share what they need for a digital strategy that reaches audiences.",
        description="TRACES stands for *Together Reaching AudienCES*. Three partners bring what they learn into their study programmes.",
        language="en",
        created_at=PUBLISHED,
        updated_at=PUBLISHED,
    )
    programme.topics.add(topic)
    programme.tags.add("digital strategy", "audience development")
    edition = Edition.objects.create(
        programme=programme,
        slug="2027",
        title="TRACES 2027",
        summary="A funded workshop of three days, at the level that fits your museum.",
        description="Three workshops in three countries. Experts and students take part beside museum professionals.",
        who_can_apply="Museums in Europe.",
        selection_criteria="Above all the museum's level of digital maturity.",
        outcomes="Hands-on experience with a digital strategy, with digital stories and with media technology.",
        languages=["en"],
        time_zone="Europe/Brussels",
        cost=Edition.Cost.FUNDED,
        cost_note="Workshop, meals and two nights are paid for.",
        modules_taken=Edition.Takes.ONE,
        call_opens_at=datetime(2027, 1, 11, 9, 0, tzinfo=BRUSSELS),
        call_closes_at=datetime(2027, 3, 12, 23, 59, tzinfo=BRUSSELS),
        decisions_by=date(2027, 4, 16),
        runs_from=date(2027, 5, 24),
        runs_to=date(2027, 10, 1),
        published_at=PUBLISHED,
        created_at=PUBLISHED,
        updated_at=PUBLISHED,
    )
    modules = (
        (
            "MMEx",
            "BE",
            "rudimentary",
            "First steps",
            "The basic principles of a digital strategy.",
            date(2027, 5, 24),
        ),
        (
            "Thomas More",
            "BE",
            "medium",
            "Digital storytelling",
            "Telling stories with digital means.",
            date(2027, 6, 14),
        ),
        (
            "NHTV",
            "NL",
            "higher",
            "New technologies",
            "The newest digital technologies.",
            date(2027, 9, 29),
        ),
    )
    for order, (host, country, level, title, description, day) in enumerate(modules, start=1):
        organisation = OrganisationFactory(
            name=host, slug=host.lower().replace(" ", "-"), country=country
        )
        partner = Partner.objects.create(
            programme=programme,
            organisation=organisation,
            kind=Partner.Kind.HOST,
            part=f"Holds module {order}: {title}",
            note=f"{host} takes what the workshop teaches into its own study programme.",
            order=order,
        )
        Module.objects.create(
            edition=edition,
            order=order,
            slug=f"module-{order}",
            title=title,
            description=description,
            host=partner,
            level=level,
            place=f"Town {order}",
            address=f"Market square {order}",
            starts_on=day,
            ends_on=day.replace(day=day.day + 2) if day.month < 9 else date(2027, 10, 1),
            capacity=15,
        )
    return edition


def lets_get_real_6() -> Edition:
    """A cohort on the social value of digital technologies: consultation first, then sign-ups, for a fee."""
    programme = Programme.objects.create(
        slug="lets-get-real",
        title="Let's Get Real",
        summary="Museums research together, by trying things out, what digital technology is good for.",
        description="In six years over 150 organisations took part, and five conferences were held.",
        language="en",
        created_at=PUBLISHED,
        updated_at=PUBLISHED,
    )
    edition = Edition.objects.create(
        programme=programme,
        slug="6",
        title="Let's Get Real 6",
        summary="The social value of digital technologies for museums.",
        questions="- Activism and civic values\n- Social isolation\n- Co-creation with marginalised communities",
        method="Four workshops, experts, and a small experiment in each museum with mentoring in between.",
        outcomes="A network of peers, and the confidence to change things.",
        languages=["en"],
        time_zone="Europe/London",
        cost=Edition.Cost.FEE,
        fee_amount=Decimal("2800.00"),
        fee_currency="GBP",
        cost_note="For each organisation, in earlier years; the consultation asks what the fee should be.",
        places_least=10,
        places_most=15,
        modules_taken=Edition.Takes.ALL,
        consultation_opens_at=datetime(2017, 7, 3, 9, 0, tzinfo=LONDON),
        consultation_closes_at=datetime(2017, 9, 29, 23, 59, tzinfo=LONDON),
        consultation_words="July to October 2017, the survey until 29 September",
        consultation_about="How a museum sees its social value and its digital work, in five minutes.",
        call_words="in October 2017",
        decisions_words="as sign-ups come in",
        runs_from=date(2017, 11, 1),
        runs_to=date(2018, 8, 31),
        runs_words="November 2017 to summer 2018",
        report_on=date(2018, 11, 15),
        report_words="after the summer of 2018",
        report_url="https://culture24.example/lgr6",
        published_at=PUBLISHED,
        created_at=PUBLISHED,
        updated_at=PUBLISHED,
    )
    parts = (
        ("Culture24", None, Partner.Kind.LEAD, "Leads the programme"),
        ("Happy Museum Project", edition, Partner.Kind.PARTNER, "Brings its six principles"),
        ("Battersea Arts Centre", edition, Partner.Kind.HOST, "Hosts the workshops in London"),
    )
    for order, (name, of_edition, kind, part) in enumerate(parts, start=1):
        Partner.objects.create(
            programme=programme,
            edition=of_edition,
            organisation=OrganisationFactory(
                name=name, slug=name.lower().replace(" ", "-"), country="GB"
            ),
            kind=kind,
            part=part,
            order=order,
        )
    return edition
