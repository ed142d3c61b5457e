"""The rules beside people's labels."""

from pathlib import Path

import pytest

from tests.unit.cli.blog import Blog, refuses

ROWS = """\
text,spam,name
"A fine post, thank you.",0,Ada
"Please subscribe to my channel, check it out!",1,Bob
"Please subscribe to my channel, check it out!",spam,Cleo
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "comments.csv"
    path.write_text(ROWS)
    return path


def test_decisions_and_signals_are_counted_against_the_labels(blog: Blog, sample: Path) -> None:
    found = blog.json("moderation", "test", "--labelled", str(sample))
    assert (found["published_ham"], found["published_spam"]) == (1, 0)
    assert found["held_spam"] + found["rejected_spam"] == 2
    assert (found["precision"], found["recall"]) == (1, 1)
    rows = {row["name"]: row for row in found["signals"]}
    assert rows["call_to_action"]["hits_on_spam"] == 2
    assert rows["repeats"]["hits"] == 1


def test_the_table_says_it_in_words(blog: Blog, sample: Path) -> None:
    result = blog.type("moderation", "test", "--labelled", str(sample))
    assert result.exit_code == 0
    assert "100.0% of the spam was not published" in result.stdout
    assert "call_to_action" in result.stdout


def test_the_sites_own_settings_count(blog: Blog, sample: Path) -> None:
    blog.settings("[moderation]\npublish_below = 1.0\nreject_from = 1.0\n")
    found = blog.json("moderation", "test", "--labelled", str(sample))
    assert found["published_ham"] == 1
    assert found["held_spam"] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "columns text and spam"),
        ("", "columns text and spam"),
        ("text,spam\nhello,maybe\n", "line 2: spam is 'maybe'"),
        ("text,spam\nhello\n", "spam is None"),
        ("text,spam\n\u200b,0\n", "comment 1 can't be judged"),
    ],
)
def test_a_file_that_cannot_be_used_is_wrong_usage(
    blog: Blog, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(content, encoding="utf-8")
    refuses(blog.type("moderation", "test", "--labelled", str(path)), 2, said)


def test_a_file_that_is_no_text_is_wrong_usage(blog: Blog, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(b"text,spam\n\xff\xfe,1\n")
    refuses(blog.type("moderation", "test", "--labelled", str(path)), 2, "UTF-8")
