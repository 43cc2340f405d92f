"""Ways that lead back to where they began."""

from compolint.load.circles import circles


def ways(steps: dict[str, str]) -> list[str]:
    """The names on each way round, from steps that are single letters."""
    found = circles({name: [(other,) for other in others] for name, others in steps.items()})
    return ["".join(name for name, _ in way) for way in found]


def test_a_way_round_begins_where_it_ends() -> None:
    assert ways({"a": "b", "b": "c", "c": "b"}) == ["bc"]
    assert ways({"a": "a"}) == ["a"]


def test_names_that_two_ways_reach_are_no_circle() -> None:
    assert ways({"a": "bc", "b": "d", "c": "d", "d": ""}) == []


def test_each_circle_is_told_once() -> None:
    assert ways({"a": "b", "b": "a", "c": "ad", "d": "c"}) == ["ab", "cd"]


def test_a_step_may_lead_to_a_name_without_steps() -> None:
    assert ways({"a": "x", "b": "xa"}) == []


def test_long_ways_take_no_longer_than_they_are() -> None:
    count = 100_000
    steps = {str(number): [(str(number + 1),), ("0",)] for number in range(count)}
    (way,) = circles(steps)
    assert len(way) == count
