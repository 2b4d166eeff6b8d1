"""Reads every sentence that a check says."""


def found(exercise, answer, seed=0):
    """Return the finding; every sentence of these tests is read here."""
    finding = exercise.judge(answer, seed)
    assert finding.sentence.endswith((".", "?"))
    assert finding.sentence[0].isupper() or finding.sentence.startswith(("∂", "w "))
    assert not {"\n", "!"} & set(finding.sentence)
    assert len(finding.sentence) < 600
    return finding


def kind(exercise, answer):
    return found(exercise, answer).kind
