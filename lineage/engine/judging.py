"""A whole file, judged: all its questions answered and its faults told, as plain JSON values."""

import json
from datetime import date
from typing import Any

from lineage.engine.document import LineageFile, LineageFileError
from lineage.engine.faults import Fault, faults
from lineage.engine.inheritance import Inheritance
from lineage.engine.pedigree import Pedigree
from lineage.engine.verdicts import LONGEST_ANSWER, Answer, Cure, Reason, answer

Result = dict[str, list[dict[str, Any]]]


def judge(file: LineageFile) -> Result:
    """`{"answers": [...], "faults": [...]}`: answers in the order of the questions, faults by code and artefacts.

    Raises LineageFileError if the answers would be too long to be of use.
    """
    pedigree = Pedigree(file)
    solved: dict[tuple[date, str], Inheritance] = {}
    answers: list[dict[str, Any]] = []
    length = 0
    for question in file.questions:
        seen_as = question.on, question.policy
        if seen_as not in solved:
            solved[seen_as] = Inheritance(pedigree, *seen_as)
        given = answer(file, question, solved[seen_as])
        length += sum(1 + len(reason.path or ()) for reason in given.reasons)
        if length > LONGEST_ANSWER:
            raise LineageFileError("questions", "their answers together are too long; ask fewer in one file")
        answers.append(answer_to_json(given))
    return {"answers": answers, "faults": [_fault_to_json(fault) for fault in faults(file, pedigree)]}


def dumps(result: Result) -> str:
    """The result as JSON with one reason on a line. The same result always gives the same text."""
    answers = ",\n".join(_lines(given) for given in result["answers"])
    faults_found = ",\n".join(f"  {_line(fault)}" for fault in result["faults"])
    return f'{{"answers": [{_block(answers)}],\n"faults": [{_block(faults_found)}]}}\n'


def _lines(given: dict[str, Any]) -> str:
    head = _line({key: value for key, value in given.items() if key != "reasons"})
    reasons = ",\n".join(f"    {_line(reason)}" for reason in given["reasons"])
    return f'  {head[:-1]}, "reasons": [{_block(reasons)}]}}'


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _block(text: str) -> str:
    return f"\n{text}\n" if text else ""


def answer_to_json(given: Answer) -> dict[str, Any]:
    """One answer in the shape of section 6 of the calculus; optional keys that are absent are left out."""
    return {
        "id": given.id,
        "verdict": given.verdict,
        "lineage": given.lineage,
        "risks": list(given.risks),
        "reasons": [_reason_to_json(reason) for reason in given.reasons],
    }


def _reason_to_json(reason: Reason) -> dict[str, Any]:
    values = {
        "verdict": reason.verdict,
        "code": reason.code,
        "origin": reason.origin,
        "licence": reason.licence,
        "path": list(reason.path) if reason.path else None,
        "clause": reason.clause,
        "quote": reason.quote,
        "ask": reason.ask,
        "cure": _cure_to_json(reason.cure) if reason.cure else None,
    }
    return {key: value for key, value in values.items() if value is not None}


def _cure_to_json(cure: Cure) -> dict[str, str]:
    values = {"do": cure.do, "artefact": cure.artefact, "licence": cure.licence}
    return {key: value for key, value in values.items() if value is not None}


def _fault_to_json(fault: Fault) -> dict[str, Any]:
    return {"code": fault.code, "artefacts": list(fault.artefacts), "says": fault.says}
