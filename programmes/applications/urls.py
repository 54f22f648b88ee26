"""Addresses of calls and applications, and of their organisers."""

from django.urls import path, register_converter

from museumhub.kit import ids  # noqa: F401  (registers the converter oid)
from programmes.applications.views import answers, begin, organise, send, write

app_name = "applications"


class Words:
    """A word of a fixed few in a path; anything else is a 404 before a query is made."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Part(Words):
    regex = "form|assessment"


class Action(Words):
    regex = "withdraw|take_back|set_aside|take_up|discard"


class Ending(Words):
    regex = "txt|html|json"


register_converter(Part, "part")
register_converter(Action, "action")
register_converter(Ending, "ending")

_apply = "programmes/<slug:programme>/<slug:edition>/apply/"
_one = f"{_apply}<oid:oid>/"
_organise = "organise/<slug:programme>/<slug:edition>/"

urlpatterns = [
    path(_apply, begin.start, name="start"),
    path(f"{_apply}begin/", begin.begin, name="begin"),
    path(f"{_apply}deadline.ics", begin.deadline, name="deadline"),
    path(f"{_apply}alert/", begin.ask_for_alert, name="ask_for_alert"),
    path(f"{_apply}alert/<oid:oid>/", begin.confirm_alert, name="confirm_alert"),
    path(f"{_apply}alert/<oid:oid>/stop/", begin.stop_alert, name="stop_alert"),
    path(_one, write.tasks, name="tasks"),
    path(f"{_one}organisation/", write.organisation, name="organisation"),
    path(f"{_one}assessment/<slug:section>/", answers.assessment, name="assessment"),
    path(f"{_one}questions/<slug:section>/", answers.questions, name="questions"),
    path(f"{_one}save/<part:part>/", answers.save, name="save"),
    path(f"{_one}level/", write.level, name="level"),
    path(f"{_one}modules/", write.modules, name="modules"),
    path(f"{_one}team/", write.team, name="team"),
    path(f"{_one}team/<oid:member>/", write.team_member, name="team_member"),
    path(f"{_one}team/<oid:member>/remove/", write.remove_team_member, name="remove_team_member"),
    path(f"{_one}check/", send.check, name="check"),
    path(f"{_one}sent/", send.sent, name="sent"),
    path(f"{_one}act/<action:action>/", send.act, name="act"),
    path(f"{_one}read/", send.read, name="read"),
    path(f"{_one}read.<ending:ending>", send.download, name="download"),
    path(f"{_one}files/<oid:file>/", send.file, name="file"),
    path(f"{_organise}applications/", organise.applications, name="organise_list"),
    path(f"{_organise}applications.csv", organise.table, name="organise_csv"),
    path(f"{_organise}applications/<oid:oid>/", organise.application, name="organise_application"),
    path(
        f"{_organise}applications/<oid:oid>/files/<oid:file>/",
        organise.file,
        name="organise_file",
    ),
    path(f"{_organise}call/", organise.call, name="organise_call"),
    path(f"{_organise}call/close/", organise.close, name="organise_close"),
    path(f"{_organise}call/reopen/", organise.reopen, name="organise_reopen"),
]
