"""Whose datum is a row? Every personal table answers, and every permission starts from the answer."""

from enum import StrEnum
from typing import NamedTuple


class Noun(StrEnum):
    """The kinds of subject. Health, rides and points have subjects of their own: their ids never join.

    A look is about a subject of any kind: whoever may read of looks does so for the subjects that they hold; so is a
    notice, about a child or a pregnancy. A review is about a record of which nobody knows yet whose it is; one of a
    school's record is the education board's. A claim is about a taxi company and nobody who rode. A person is a
    resident as such, with what nobody else ever sees.
    """

    __hash__ = str.__hash__  # every decision looks one up

    CHILD = "child"
    FAMILY = "family"
    PREGNANCY = "pregnancy"
    RIDER = "rider"
    RIDE = "ride"
    CLAIM = "claim"
    ACCOUNT = "account"
    LOOK = "look"
    APPLICATION = "application"
    REVIEW = "review"
    SCHOOL_REVIEW = "school_review"
    NOTICE = "notice"
    ANNOUNCEMENT = "announcement"
    PERSON = "person"


class Subject(NamedTuple):
    """`column` of a table holds the id of the `noun` whose datum the row is.

    `supplier`, where there is one, is the column with the id of the organisation or resident that supplied the row.
    """

    noun: Noun
    column: str
    supplier: str | None = None
