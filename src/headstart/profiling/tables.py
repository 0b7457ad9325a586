"""A table's profile: facts of each column, then the traps, then the roles and the split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from headstart.profiling import balance, columns, groups, order, repeats
from headstart.profiling.facts import column_facts
from headstart.profiling.finding import Finding, left_out, settled
from headstart.profiling.leaks import columns_that_tell, names_of
from headstart.profiling.missingness import written_afterwards
from headstart.profiling.sample import Sample, draw_sample, media_names
from headstart.profiling.target_means import made_from_target, parts_of_target
from headstart.records import ColumnFacts, Profile, Split, Table, Task, Trap
from headstart.records.data import Role


def profile_table(table: Table, task: Task, *, fixed: frozenset[str], split_given: bool) -> Profile:
    """What is measured in a table; the names of source and losses are left to the caller."""
    facts = tuple(column_facts(table, column) for column in table.columns)
    counts = _class_counts(table, task)
    with np.errstate(all="ignore"):  # numbers at the end of their range make no finding
        findings = _findings(table, task, facts, counts)
    split = _split(findings, task.split if split_given else None)
    return Profile(
        source="",
        rows=len(table),
        columns=_with_roles(facts, findings, fixed, split),
        task=replace(task, split=split),
        traps=_traps(findings, table, fixed, task.split if split_given else None),
        balance=_balance(counts),
    )


def _findings(
    table: Table, task: Task, facts: Sequence[ColumnFacts], counts: Sequence[np.ndarray]
) -> list[Finding]:
    sample = draw_sample(table, task)
    named = groups.declared_group(table) or groups.found_group(table, task, facts)
    names_rows = columns.identifiers(sample, facts, len(table))
    silent = columns.constants(facts, len(table))
    known = names_of(names_rows + silent + ([named] if named else []))
    grouped, leaks = groups.one_group(named, _leaks(sample, task, known), facts)
    numbered = order.numbers_that_follow(sample, names_of(names_rows))
    inputs = _compared(table, sample, known | names_of(leaks))
    return [
        *_keep_something(leaks, sample, known),
        *numbered,
        *grouped,
        *(_without_split(found) if grouped else found for found in order.time_order(sample)),
        *repeats.duplicates(table, sample, inputs),
        *repeats.label_noise(sample, inputs),
        *balance.shift(sample, known),
        *balance.imbalance(task, counts),
        *balance.few_rows(task, counts, facts, len(table)),
        *(found for found in names_rows if found.columns[0] not in names_of(numbered)),
        *silent,
        *columns.mostly_missing(facts, len(table)),
    ]


def _leaks(sample: Sample, task: Task, known: frozenset[str]) -> list[Finding]:
    """Every column is accused once, by the plainest of the checks."""
    found = columns_that_tell(sample, known)
    found += written_afterwards(sample, known | names_of(found))
    found += made_from_target(sample, task, known | names_of(found))
    found += parts_of_target(sample, known | names_of(found))
    return found


def _keep_something(leaks: list[Finding], sample: Sample, known: frozenset[str]) -> list[Finding]:
    """Without any input there is nothing to learn: then the leaks are told, and stay."""
    gone = {name for found in leaks if found.role == "ignored" for name in found.columns}
    others = {values.name for values in sample.inputs} - known - gone
    if others or not gone or media_names(sample.table):
        return leaks
    stays = "It stays, because no other input column would be left."
    return [replace(found, role=None, because=f"{found.because} {stays}") for found in leaks]


def _compared(table: Table, sample: Sample, without: frozenset[str]) -> frozenset[str]:
    """The columns in which two rows must be equal to count as one."""
    names = {values.name for values in sample.inputs} | set(media_names(table))
    return frozenset(names) - without


def _without_split(found: Finding) -> Finding:
    return replace(found, split=None)


def _split(findings: Sequence[Finding], given: Split | None) -> Split:
    asked = [found.split for found in findings if found.split is not None]
    return given if given is not None else (asked or [Split()])[0]


def _with_roles(
    facts: Sequence[ColumnFacts], findings: Sequence[Finding], fixed: frozenset[str], split: Split
) -> tuple[ColumnFacts, ...]:
    roles: dict[str, Role] = {}
    for found in findings:
        if found.role is not None and (found.role != "group" or split == found.split):
            roles |= dict.fromkeys(left_out(found, fixed), found.role)
    return tuple(replace(each, role=roles.get(each.name, each.role)) for each in facts)


def _traps(
    findings: Sequence[Finding], table: Table, fixed: frozenset[str], chosen: Split | None
) -> tuple[Trap, ...]:
    return tuple(settled(found, table.columns, fixed, chosen=chosen) for found in findings)


def _class_counts(table: Table, task: Task) -> list[np.ndarray]:
    """Rows of each class of each target, in the task's order."""
    if task.kind != "classification":
        return []
    return [
        balance.class_counts(table.values(target), labels)
        for target, labels in zip(task.targets, task.classes, strict=True)
    ]


def _balance(counts: Sequence[np.ndarray]) -> tuple[float, ...]:
    if len(counts) != 1 or not counts[0].sum():
        return ()
    return tuple(float(share) for share in counts[0] / counts[0].sum())
