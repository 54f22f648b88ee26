"""Responses: started, saved field by field or page by page, closed, opened again.

Every save locks its response, so that two people who write at once are put in a row, and compares
the revision each of them saw: the second is given both texts, and neither is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from museumhub.kit import audit, uploads
from museumhub.kit.models import StoredFile
from museumhub.kit.prepared import Prepared, insert
from museumhub.kit.refusals import Refused
from museumhub.questionnaires import kinds
from museumhub.questionnaires.conditions import asked
from museumhub.questionnaires.kinds import Raw
from museumhub.questionnaires.models import (
    Answer,
    AnswerFile,
    Kind,
    Questionnaire,
    QuestionnaireVersion,
    Response,
)
from museumhub.questionnaires.queries import (
    NOTHING,
    StoredAnswer,
    current_version,
    fingerprint,
    missing_from,
    stored_answers,
    values_of,
)
from museumhub.questionnaires.structure import QuestionSpec, Structure, structure_of

RAW_LIMIT = 200_000  # characters of a refused text that are kept
REMOVE = "remove"  # the raw value that takes a file away
DIGEST_LENGTH = 32  # hexadecimal digits of SHA-256: 128 bits
DEFAULT_FILE_LIMIT = 10  # MB, where the organiser states none
OTHER_SUFFIX = "-other"


class Seen(NamedTuple):
    """What the writer's form showed: the revision, and a fingerprint of the content where it is known.

    With the fingerprint, a field that was sent back as it was shown is left alone, however much
    somebody else has changed it since.
    """

    revision: int = 0
    print: str = ""


@dataclass(frozen=True)
class StaleAnswer:
    """Somebody else saved this first. `revision` is what to have seen in order to replace it."""

    key: str
    label: str
    theirs: str
    yours: str
    saved_by_id: int | None
    saved_at: datetime | None
    revision: int
    yours_file: str = ""  # the oid of the file that was sent and kept beside theirs


@dataclass(frozen=True)
class RefusedAnswer:
    """What was typed cannot be an answer; `raw` is kept as it is."""

    key: str
    sentence: str
    raw: str


@dataclass(frozen=True)
class UnknownAnswer:
    """The question is no longer there; the text is handed back."""

    key: str
    raw: str


@dataclass
class Saved:
    """What became of each value that was sent. `seen` holds what the form should show as seen from now on; `asked` the keys of the questions that are asked now."""

    saved: list[str] = field(default_factory=list)
    stale: list[StaleAnswer] = field(default_factory=list)
    refused: list[RefusedAnswer] = field(default_factory=list)
    unknown: list[UnknownAnswer] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @property
    def clean(self) -> bool:
        """Whether everything that was sent is now stored."""
        return not (self.stale or self.refused or self.unknown)


@dataclass(frozen=True)
class _Sent:
    """One value as it arrived and was read."""

    question: QuestionSpec
    value: Any
    raw: str
    sentence: str = ""
    keeps_value: bool = False  # a refused file leaves the file that stands


def start_response(*, questionnaire: Questionnaire, now: datetime) -> Response:
    """An empty response to the published version; refused where none is published."""
    version = current_version(questionnaire.pk)
    if version is None:
        raise Refused(gettext_lazy("These questions are not published yet."))
    response = Response(version=version, started_at=now)
    insert(response)
    return response


def save_answers(
    *,
    response: Response,
    values: Mapping[str, Raw],
    files: Mapping[str, File[bytes]] | None = None,
    seen: Mapping[str, Seen | int],
    actor_id: int | None,
    now: datetime,
) -> Saved:
    """Save any part of a response: one field as it is left, or a whole page.

    `values` maps question keys to what the form sent (and `key-other` to the text of "other"); for
    a file, `remove` or the oid of a file sent before. `files` maps keys to uploads. `seen` maps keys
    to what the writer's form showed; a key it does not name counts as never seen. What cannot be
    read is kept as raw text and named in `refused`. Raises `Refused` where the response is closed.
    """
    received = _receive(response, files or {}, now)
    with transaction.atomic(savepoint=False):
        locked = _lock(response)
        version = _locked_version(locked.version)
        structure = structure_of(version)
        stored = stored_answers(locked, structure)
        saved = Saved()
        changed: dict[str, _Sent] = {}
        for sent in _read_all(structure, values, received, locked, actor_id, saved):
            _judge(sent, stored, seen, saved, changed)
        _write(locked, structure, stored, changed, actor_id, now)
        _drop_spare_files(locked, structure, stored, saved, received)
        if changed and not version.is_frozen:
            _freeze(version, now)
        saved.asked = asked(structure, values_of(stored))
        for key in [*saved.saved, *(one.key for one in saved.refused)]:
            standing = stored.get(key, NOTHING)
            saved.seen[key] = Seen(standing.revision, fingerprint(standing.value, standing.raw))
    return saved


def close_response(
    *,
    response: Response,
    now: datetime,
    stored: Mapping[str, StoredAnswer] | None = None,
) -> None:
    """Finish a response: answers to questions that are not asked, and files that are not used, are dropped.

    Refused while something required is missing or unreadable. Closing a closed response changes nothing.
    `stored`: its answers, where the caller has read them in this transaction and lets nobody else write.
    """
    with transaction.atomic(savepoint=False):
        locked = _lock(response, closed=True)
        if locked.is_closed:
            return
        structure = structure_of(locked.version)
        if stored is None:
            stored = stored_answers(locked, structure)
        lacking = missing_from(structure, stored)
        if lacking:
            raise Refused(lacking[0].sentence, field=lacking[0].key)
        visible = asked(structure, values_of(stored))
        unused = [
            structure.by_key[key].id
            for key, answer in stored.items()
            if key not in visible or answer.value is None
        ]
        if unused:
            Answer.objects.filter(response=locked, question_id__in=unused).delete()
        if any(question.kind == Kind.FILE for question in structure.questions):
            used = {
                answer.value["file"]
                for key, answer in stored.items()
                if key in visible
                and answer.value is not None
                and structure.by_key[key].kind == Kind.FILE
            }
            _drop_files(AnswerFile.objects.filter(response=locked).exclude(oid__in=used))
        Response.objects.filter(pk=locked.pk).update(closed_at=now)
    response.closed_at = now


def reopen_response(*, response: Response) -> None:
    """Let a closed response be changed again."""
    Response.objects.filter(pk=response.pk).update(closed_at=None)
    response.closed_at = None


def copy_response(*, response: Response, now: datetime) -> Response:
    """A second response with the same answers, revisions and files, open or closed like the first.

    The files' contents are shared; they go when the last response that names them goes.
    """
    with transaction.atomic():
        copy = Response.objects.create(
            version=response.version, started_at=now, closed_at=response.closed_at
        )
        files = {
            kept.oid: AnswerFile(
                response=copy,
                question_id=kept.question_id,
                file_id=kept.file_id,
                saved_by_id=kept.saved_by_id,
            )
            for kept in AnswerFile.objects.filter(response=response)
        }
        AnswerFile.objects.bulk_create(files.values())
        Answer.objects.bulk_create(
            Answer(
                response=copy,
                question_id=answer.question_id,
                value={**answer.value, "file": files[answer.value["file"]].oid}
                if answer.question.kind == Kind.FILE and answer.value is not None
                else answer.value,
                raw=answer.raw,
                revision=answer.revision,
                saved_at=answer.saved_at,
                saved_by_id=answer.saved_by_id,
            )
            for answer in Answer.objects.filter(response=response).select_related("question")
        )
    return copy


def delete_response(*, response: Response) -> None:
    """Remove a response with its answers and files."""
    with transaction.atomic():
        delete_answers(response=response)
        Response.objects.filter(pk=response.pk).delete()


def delete_answers(*, response: Response) -> None:
    """Empty a response: its answers go, and its files with them; that there was one remains."""
    with transaction.atomic():
        _drop_files(AnswerFile.objects.filter(response=response))
        Answer.objects.filter(response=response).delete()


_LOCKED = Prepared(
    lambda blank: (
        Response.objects.select_for_update(of=("self",))
        .select_related("version")
        .filter(pk=blank.number("response"))
    )
)


def _lock(response: Response, *, closed: bool = False) -> Response:
    locked = _LOCKED.one(response=response.pk)
    if locked is None:
        raise Response.DoesNotExist
    if locked.is_closed and not closed:
        raise Refused(gettext_lazy("These answers are closed and can no longer be changed."))
    return locked


def _locked_version(version: QuestionnaireVersion) -> QuestionnaireVersion:
    """A version that is not frozen is held still while its first answer is saved."""
    if version.is_frozen:
        return version
    return QuestionnaireVersion.objects.select_for_update().get(pk=version.pk)


def _freeze(version: QuestionnaireVersion, now: datetime) -> None:
    version.frozen_at = now
    version.save(update_fields=["frozen_at"])
    audit.record(
        verb="questionnaires.version_frozen",
        subject=version,
        actor=None,
        now=now,
        after={"frozen_at": now.isoformat()},
    )


def _receive(
    response: Response, files: Mapping[str, File[bytes]], now: datetime
) -> dict[str, StoredFile | Refused]:
    """Check and keep the uploads before any row is locked; one that nothing points to in the end is swept away."""
    if not files:
        return {}
    if response.is_closed:
        raise Refused(gettext_lazy("These answers are closed and can no longer be changed."))
    structure = structure_of(response.version)
    received: dict[str, StoredFile | Refused] = {}
    for key, file in files.items():
        question = structure.by_key.get(key)
        if question is None or question.kind != Kind.FILE:
            received[key] = Refused(gettext_lazy("This question no longer asks for a file."))
            continue
        limit = (question.file_limit or DEFAULT_FILE_LIMIT) * uploads.MB
        try:
            received[key] = uploads.store(
                uploads.check(file, question.file_kinds or tuple(uploads.KINDS), limit), now=now
            )
        except Refused as refusal:
            received[key] = refusal
    return received


def _read_all(
    structure: Structure,
    values: Mapping[str, Raw],
    received: Mapping[str, StoredFile | Refused],
    response: Response,
    actor_id: int | None,
    saved: Saved,
) -> list[_Sent]:
    """Every value that was sent, read; those of questions that are gone are noted in `saved.unknown`."""
    sent: list[_Sent] = []
    others = {key for key in values if key.endswith(OTHER_SUFFIX)}
    keys = dict.fromkeys(
        [key.removesuffix(OTHER_SUFFIX) if key in others else key for key in values]
    )
    for key in dict.fromkeys([*keys, *received]):
        question = structure.by_key.get(key)
        raw = values.get(key, "")
        if question is None or not question.asks:
            text = _joined(raw, values.get(f"{key}{OTHER_SUFFIX}", ""))
            if text or key in received:
                saved.unknown.append(UnknownAnswer(key, text))
        elif question.kind == Kind.FILE:
            one = _read_file(question, raw, received.get(key), response, actor_id)
            if one is not None:
                sent.append(one)
        else:
            other = _joined(values.get(f"{key}{OTHER_SUFFIX}", ""))
            sent.append(_read_one(question, raw, other))
    return sent


def _read_one(question: QuestionSpec, raw: Raw, other: str) -> _Sent:
    try:
        return _Sent(question, kinds.read(question, raw, other), "")
    except ValidationError as error:
        text = kinds.clean(_joined(raw, other))[:RAW_LIMIT]
        return _Sent(question, None, text, str(error.messages[0]))


def _read_file(
    question: QuestionSpec,
    raw: Raw,
    received: StoredFile | Refused | None,
    response: Response,
    actor_id: int | None,
) -> _Sent | None:
    """A file that was sent, taken away, or chosen among those sent before; None where nothing was done."""
    if isinstance(received, Refused):
        return _Sent(question, None, "", str(received.sentence), keeps_value=True)
    if received is not None:
        kept = AnswerFile.objects.create(
            response=response, question_id=question.id, file=received, saved_by_id=actor_id
        )
        return _Sent(question, _file_value(kept, received), "")
    text = _joined(raw)
    if text == REMOVE:
        return _Sent(question, None, "")
    if not text:
        return None
    chosen = (
        AnswerFile.objects.filter(response=response, question_id=question.id, oid=text)
        .select_related("file")
        .first()
    )
    if chosen is None:
        return _Sent(
            question, None, "", _("This file is no longer here. Choose it again."), keeps_value=True
        )
    return _Sent(question, _file_value(chosen, chosen.file), "")


def _file_value(kept: AnswerFile, file: StoredFile) -> dict[str, Any]:
    return {
        "file": kept.oid,
        "name": file.name,
        "size": file.size,
        "digest": file.digest[:DIGEST_LENGTH],
    }


def _joined(raw: Raw, other: Raw = "") -> str:
    texts = [raw] if isinstance(raw, str) else list(raw)
    texts += [other] if isinstance(other, str) else list(other)
    return "\n".join(text for text in texts if text)


def _judge(
    sent: _Sent,
    stored: Mapping[str, StoredAnswer],
    seen: Mapping[str, Seen | int],
    saved: Saved,
    changed: dict[str, _Sent],
) -> None:
    """Decide what becomes of one value: as it was, stale, refused or saved."""
    key = sent.question.key
    standing = stored.get(key, NOTHING)
    if sent.keeps_value:
        saved.refused.append(RefusedAnswer(key, sent.sentence, sent.raw))
        return
    same = _same_value(sent, standing) and sent.raw == standing.raw
    looked = seen.get(key, 0)
    saw = looked if isinstance(looked, Seen) else Seen(looked)
    if not same and saw.revision != standing.revision:
        if saw.print and saw.print == fingerprint(sent.value, sent.raw):
            return  # sent back as it was shown: what somebody else has written since stands
        saved.stale.append(_stale(sent, standing))
        return
    if not same:
        changed[key] = sent
    if sent.sentence:
        saved.refused.append(RefusedAnswer(key, sent.sentence, sent.raw))
    else:
        saved.saved.append(key)


def _same_value(sent: _Sent, standing: StoredAnswer) -> bool:
    """A file that is sent once more, because an answer was lost on its way, is the file that stands."""
    if sent.question.kind != Kind.FILE or sent.value is None or standing.value is None:
        return bool(sent.value == standing.value)
    return all(sent.value.get(part) == standing.value.get(part) for part in ("name", "digest"))


def _stale(sent: _Sent, standing: StoredAnswer) -> StaleAnswer:
    question = sent.question
    is_file = question.kind == Kind.FILE and sent.value is not None
    return StaleAnswer(
        key=question.key,
        label=question.label,
        theirs=kinds.typed(question, standing.value) or standing.raw,
        yours=kinds.typed(question, sent.value) or sent.raw,
        saved_by_id=standing.saved_by_id,
        saved_at=standing.saved_at,
        revision=standing.revision,
        yours_file=sent.value["file"] if is_file else "",
    )


def _write(
    response: Response,
    structure: Structure,
    stored: dict[str, StoredAnswer],
    changed: Mapping[str, _Sent],
    actor_id: int | None,
    now: datetime,
) -> None:
    """One statement for all changed answers, and one more where a file was replaced."""
    rows = []
    replaced: list[str] = []
    for key, sent in changed.items():
        before = stored.get(key, NOTHING)
        if sent.question.kind == Kind.FILE and before.value is not None:
            replaced.append(before.value["file"])
        stored[key] = StoredAnswer(sent.value, sent.raw, before.revision + 1, now, actor_id)
        rows.append(
            Answer(
                response=response,
                question_id=sent.question.id,
                value=sent.value,
                raw=sent.raw,
                revision=before.revision + 1,
                saved_at=now,
                saved_by_id=actor_id,
            )
        )
    if rows:
        Answer.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["response", "question"],
            update_fields=["value", "raw", "revision", "saved_at", "saved_by_id"],
        )
    if replaced:
        _drop_files(AnswerFile.objects.filter(response=response, oid__in=replaced))


def _drop_spare_files(
    response: Response,
    structure: Structure,
    stored: Mapping[str, StoredAnswer],
    saved: Saved,
    received: Mapping[str, StoredFile | Refused],
) -> None:
    """Of the files sent for a question, keep the one that stands and the one that came too late."""
    late = {one.key: one.yours_file for one in saved.stale}
    for key, file in received.items():
        if isinstance(file, StoredFile) and key in structure.by_key:
            value = stored.get(key, NOTHING).value
            wanted = {late.get(key, ""), value["file"] if value is not None else ""}
            _drop_files(
                AnswerFile.objects.filter(
                    response=response, question_id=structure.by_key[key].id
                ).exclude(oid__in=wanted)
            )


def _drop_files(files: Any) -> None:
    """Remove files, and their contents where no copy of the response names them."""
    dropped = list(files.select_related("file"))
    if dropped:
        AnswerFile.objects.filter(pk__in=[file.pk for file in dropped]).delete()
        shared = set(
            AnswerFile.objects.filter(file__in=[file.file_id for file in dropped]).values_list(
                "file_id", flat=True
            )
        )
        uploads.discard([file.file for file in dropped if file.file_id not in shared])
