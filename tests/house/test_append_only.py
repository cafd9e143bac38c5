"""Entries of the register and of applications are added and never changed: no code and no deed says otherwise."""

import ast

from tests.house.source import FLOORS, modules

KEPT = {"Guardianship", "ProtectionMeasure", "LifeEvent", "Application", "ApplicationStep"}
KEPT |= {"VaccinationReview", "ImmunityFact"}
KEPT |= {"PointEntry", "PointLot", "PointPosting", "PointHold", "PointHoldPart"}
KEPT |= {"RiderStep", "RideEntry", "SubsidyEntry", "Claim"}
KEPT |= {"Growth", "DiaryEntry", "Allergy", "Physician"}
CHANGING = {"update", "delete"}


def test_no_statement_of_ours_changes_or_deletes_an_entry_of_the_register():
    """`update(table)` and `session.delete(row)` near the register's models would be the way."""
    found = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        if module.path.split("/")[0] in FLOORS and not module.is_history
        if KEPT & {name.id for name in ast.walk(module.tree) if isinstance(name, ast.Name)}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CHANGING
    ]

    assert found == []
