"""An application as a paper to keep: plain data, plain text, or a page that needs nothing but itself."""

from __future__ import annotations

import textwrap
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from programmes.applications.models import Application
from programmes.applications.queries.sheet import Answers, Sheet

WIDTH = 88


def paper(application: Application, sheet: Sheet) -> dict[str, Any]:
    """Everything that was written, as plain JSON; instants in UTC. `application` has its call, edition, programme and organisation loaded."""
    maturity = sheet.maturity
    return {
        "reference": application.reference,
        "edition": application.call.edition.full_title,
        "organisation": application.organisation.name,
        "status": str(application.get_status_display()),
        "submitted_at": application.submitted_at.isoformat() if application.submitted_at else None,
        "late": application.late,
        "assessment": _sections(sheet.assessment) if sheet.assessment is not None else [],
        "level": {
            "calculated": maturity.name(maturity.calculated),
            "stated": maturity.name(maturity.declared),
            "reason": maturity.reason,
        }
        if maturity is not None
        else None,
        "questions": _sections(sheet.form),
        "modules": [choice.module.title for choice in sheet.choices],
        "team": [{"name": m.name, "email": m.email, "role": m.role} for m in sheet.team],
    }


def _sections(answers: Answers) -> list[dict[str, Any]]:
    return [
        {
            "title": section.title,
            "answers": [{"question": one.label, "answer": one.text} for one in section.answers],
        }
        for section in answers.sections
    ]


def as_html(written: dict[str, Any]) -> str:
    """One page without scripts, pictures or style sheets of the site."""
    return render_to_string("applications/paper.html", {"paper": written})


def as_text(written: dict[str, Any]) -> str:
    """Plain text, wrapped for reading and printing."""
    lines = [
        written["edition"],
        written["organisation"],
        written["reference"],
        written["status"],
        "",
    ]
    for section in [*written["assessment"], *written["questions"]]:
        lines += _heading(section["title"])
        for one in section["answers"]:
            lines += [*_wrapped(one["question"]), *_indented(one["answer"] or "–"), ""]
    level = written["level"]
    if level is not None:
        lines += _heading(_("Level"))
        lines += _indented(level["stated"] or level["calculated"] or "–")
        lines += [*_indented(level["reason"]), ""] if level["reason"] else [""]
    if written["modules"]:
        lines += _heading(_("Modules"))
        lines += [f"    {rank}. {title}" for rank, title in enumerate(written["modules"], start=1)]
        lines.append("")
    if written["team"]:
        lines += _heading(_("Team"))
        lines += [
            "    " + ", ".join(part for part in (m["name"], m["role"], m["email"]) if part)
            for m in written["team"]
        ]
        lines.append("")
    return "\n".join(lines)


def _heading(title: str) -> list[str]:
    return [title, "=" * min(len(title), WIDTH), ""]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH) or [""]


def _indented(text: str) -> list[str]:
    return [
        line
        for part in text.splitlines() or [""]
        for line in textwrap.wrap(part, WIDTH, initial_indent="    ", subsequent_indent="    ")
        or [""]
    ]
