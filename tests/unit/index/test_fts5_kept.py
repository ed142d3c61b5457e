"""What the embedded engine keeps of recent searches: read once, and never too much."""

from pipeline.index.fts5.weighing import LEAST_SIZE, MOST_KEPT, Kept


class Reader:
    """Reads a list of so many posts, and counts how often."""

    def __init__(self, posts: int) -> None:
        self.posts, self.times = posts, 0

    def __call__(self) -> list[int]:
        self.times += 1
        return [0] * self.posts


def test_what_is_kept_is_read_once() -> None:
    kept, read = Kept(), Reader(3)

    assert kept.get("word", read) == kept.get("word", read) == [0, 0, 0]
    assert read.times == 1


def test_a_word_in_no_post_is_kept_too() -> None:
    kept, read = Kept(), Reader(0)

    assert kept.get("word", read) == kept.get("word", read) == []
    assert read.times == 1


def test_long_lists_push_out_the_old_ones() -> None:
    kept, first = Kept(), Reader(1)
    kept.get("first", first)
    kept.get("long", Reader(MOST_KEPT - 2 * LEAST_SIZE))
    kept.get("first", first)

    assert first.times == 2


def test_made_up_words_dont_fill_the_memory() -> None:
    kept, first = Kept(), Reader(0)
    kept.get("first", first)
    for number in range(MOST_KEPT // LEAST_SIZE):
        kept.get(f"made up {number}", Reader(0))
    kept.get("first", first)

    assert first.times == 2
