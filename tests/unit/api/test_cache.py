"""The cache of bodies."""

from pipeline.api.cache import OVERHEAD, BodyCache


def test_a_body_is_only_given_to_who_knows_what_it_was_made_from() -> None:
    cache = BodyCache()
    cache.put("page", 1, b"old")
    assert cache.get("page", 1) == b"old"
    assert cache.get("page", 2) is None
    cache.put("page", 2, b"new")
    assert (cache.get("page", 1), cache.get("page", 2)) == (None, b"new")


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache = BodyCache(3 * (OVERHEAD + 10))
    for key in "abc":
        cache.put(key, 1, b"x" * 10)
    cache.get("a", 1)
    cache.put("d", 1, b"x" * 10)
    assert [key for key in "abcd" if cache.get(key, 1)] == ["a", "c", "d"]


def test_its_size_stays_bounded_whatever_is_put_in() -> None:
    cache = BodyCache(10 * OVERHEAD)
    for number in range(100):
        cache.put(number % 20, number, b"x" * (number * 50))
        assert cache.size <= 10 * OVERHEAD


def test_one_body_never_takes_half_of_it() -> None:
    cache = BodyCache(1000)
    cache.put("small", 1, b"x")
    cache.put("small", 2, b"x" * 501)
    assert cache.get("small", 2) is None
    assert cache.size == 0
