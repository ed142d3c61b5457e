"""What each signal that reads the text finds, and what it leaves alone."""

from collections.abc import Callable

import pytest

from pipeline.domain.moderation.signal import Finding

Examine = Callable[..., Finding]
LINK = "https://shop.example/a"


@pytest.mark.parametrize(
    ("name", "text", "evidence"),
    [
        ("word_list", "Best ONLINE  casino, play now", "online casino* (casino)"),
        ("word_list", "buy now: cheap jerseys", "cheap jerseys (replica)"),
        ("word_list", "Лучшее онлайн казино", "онлайн казино (casino)"),
        ("word_list", "....subscribe...... to my....... channel", "subscribe to my (promotion)"),
        ("homoglyph", "onl\u0456ne \u0441\u0430sino here", "online casino* (casino, disguised)"),
        ("homoglyph", "buy v1agra", "viagra (pharma, disguised)"),
        ("homoglyph", "free b i t c o i n", "free bitcoin (crypto, disguised)"),
        ("homoglyph", "v i a g r a for all", "viagra (pharma, disguised)"),
        ("homoglyph", "vi\u200bag\u200bra", "viagra (pharma, disguised)"),
        (
            "homoglyph",
            "\U0001d42f\U0001d422\U0001d41a\U0001d420\U0001d42b\U0001d41a",
            "viagra (pharma, disguised)",
        ),
        ("homoglyph", "v̶i̶a̶g̶r̶a̶", "viagra (pharma, disguised)"),
        ("homoglyph", "\uff56\uff49\uff41\uff47\uff52\uff41", "viagra (pharma, disguised)"),
        ("homoglyph", "viagra in plain letters", None),
        ("call_to_action", "please check out my new channel", "check out my new channel"),
        ("call_to_action", "come and watch my video", "watch my video"),
        ("call_to_action", "sub to me", "sub to me"),
        ("call_to_action", "our new and improved page, us too", None),
        ("call_to_action", "it is on my blog", "on my blog"),
        ("call_to_action", "I would watch my tone, and read my words", None),
        ("call_to_action", "I follow my favourite sites by RSS", None),
        ("call_to_action", "can you follow me so far? They check us twice", "follow me"),
        ("call_to_action", "they check us twice, and it adds me nothing", None),
        ("money", "earn $500 a day", "$5"),
        ("money", "I won 300 euros in a lottery, what a prize", "300 euros"),
        ("money", "the board costs $35", None),
        ("money", "you can earn respect", None),
        ("contact_details", "write to joe@loans.example", "joe@loans.example"),
        ("contact_details", "WhatsApp +1 202 555 0143", "+1 202 555 0143"),
        ("contact_details", "call +44 20 7946 0958", "+44 20 7946 0958"),
        ("contact_details", "I left WhatsApp for good", None),
        ("contact_details", "it has 666002018 + 14000000 views", None),
        ("mixed_scripts", "a p\u0430yment", "p\u0430yment"),
        ("mixed_scripts", "a t\u0430ke and a p\u0430y, m\u043ere or less", "t\u0430ke"),
        ("mixed_scripts", "about 10 \u03bcF and \u03b1x, Tシャツ, Привет, hello", None),
        ("zero_width", "vi\u200bag\u200bra", "2 invisible characters inside words"),
        (
            "zero_width",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645, 👨\u200d👩, the end\ufeff",
            None,
        ),
        ("bidi_override", "invoice\u202egpj.exe", "Ann\ninvoice\u202egpj.exe"),
        ("bidi_override", "left \u2067open", "1 direction changes, 0 ends"),
        ("bidi_override", "שלום \u2067abc\u2069", None),
        ("shouting", "THIS IS THE BEST DAY OF MY LIFE", "24 of 24 letters are capitals"),
        ("shouting", "The BBC and NASA said so", None),
        ("shouting", "OK THANKS", None),
        ("repeated_characters", "soooooooooooooo good", "o x 14"),
        ("repeated_characters", "great!!!!!!", "! x 6"),
        ("repeated_characters", "e\u0301\u0302\u0303\u0304", "1 piles of diacritics"),
        ("repeated_characters", "hmmm... well ------- no!!!", None),
        ("emoji_flood", "nice 😀😀😀😀😀😀", "6 emoji, 1 words"),
        ("emoji_flood", "congratulations 🎉🎉", None),
        ("bbcode", "[url=https://x.example]y[/url]", "[url="),
        ("bbcode", "[b]bold[/b]", "[b]"),
        ("bbcode", '<a href="https://x.example">y</a>', "<a href="),
        ("bbcode", "items[url] and list[b]", "[url]"),
        ("bbcode", "see [this](https://x.example)", None),
        ("gibberish", "sdkjfhskdjfh wqlkjrbnz", "sdkjfhskdjfh"),
        ("gibberish", "asdfgh", "asdfgh"),
        ("gibberish", "x" + "ya" * 30, "x" + "ya" * 30),
        ("gibberish", "kubectl, nginx and strncpy are words to programmers", None),
        ("gibberish", "yessssssssss, looooove it, " + "a" * 60, None),
        ("text_length", " ", "0 characters"),
        ("text_length", "ab " * 5000, "10000 characters"),
        ("text_length", "yes", None),
        ("link_disguised", "see kidsmediausa  . com", "kidsmediausa . com"),
        ("link_disguised", "see mysite (dot) com", "mysite (dot) com"),
        ("link_disguised", "hxxps://evil.example", "hxxps:"),
        ("link_disguised", "go to murdev.com", "murdev.com"),
        ("link_disguised", "I compute the net. Then com ports", None),
        ("link_disguised", "it is over there.in my opinion, blog.example says", None),
        ("link_disguised", "write to joe@murdev.com", None),
    ],
)
def test_a_signal_of_text_quotes_what_it_found(
    examine: Examine, name: str, text: str, evidence: str | None
) -> None:
    found = examine(name, text=text)

    assert found.outcome == ("hit" if evidence else "miss")
    assert 0 < found.score <= 1 if evidence else found.score == 0
    assert evidence is None or evidence in found.evidence


@pytest.mark.parametrize("word", ["1 2 3 4 5", "mp3gain h264 utf8", "5th of 10", "b2b"])
def test_honest_digits_are_no_disguise(examine: Examine, word: str) -> None:
    assert examine("homoglyph", text=f"about {word} and so on").outcome == "miss"


def test_two_phrases_are_surer_than_one(examine: Examine) -> None:
    one = examine("word_list", text="payday loans")
    two = examine("word_list", text="payday loans and online pharmacy")

    assert one.score < two.score < 1


def test_a_phrase_hidden_in_an_address_is_found(examine: Examine) -> None:
    found = examine("word_list", text="look", links=("https://x.example/online-casino",))

    assert "online casino* (casino)" in found.evidence


def test_praise_counts_only_with_an_address_to_carry(examine: Examine) -> None:
    text = "Great post, thanks for sharing!"

    assert examine("empty_praise", text=text).outcome == "miss"
    assert examine("empty_praise", text=text, website=LINK).outcome == "hit"
    assert examine("empty_praise", text=text + " word" * 30, website=LINK).outcome == "miss"
    assert examine("empty_praise", text="I disagree", website=LINK).outcome == "miss"


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("Ann Lee", "miss"),
        ("Joe M.", "miss"),
        ("Cheap SEO Services", "hit"),
        ("www.pills.example", "hit"),
        ("pills-shop.com", "hit"),
        ("Onl\u0456ne C\u0430sino", "hit"),
    ],
)
def test_a_name_that_advertises_is_told_from_a_name(
    examine: Examine, name: str, outcome: str
) -> None:
    assert examine("name_is_keyword", name=name).outcome == outcome
