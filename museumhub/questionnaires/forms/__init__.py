"""Forms: a version compiled for those who answer, and the builder's own."""

from museumhub.questionnaires.forms.answers import AnswerForm, compile_form

__all__ = ["AnswerForm", "compile_form"]
