"""Languages and odd words, as every engine finds them."""

import pytest

from tests.support.posts import Index, post


@pytest.mark.parametrize(
    ("language", "text", "query"),
    [
        ("en", "We were compiling programs", "compiled program"),
        ("de", "Die Häuser an den Straßen", "haus strasse"),
        ("de", "Die Hauser an den Strassen", "häuser straße"),
        ("fr", "Les chevaux mangeaient l'herbe", "mangeait herbe"),
        ("fr", "Un café à l'école", "cafe ecole"),
        ("es", "Las canciones de los niños", "cancion nino"),
        ("ru", "Компилятор проверяет ссылки", "ссылка"),
        ("ja", "機械学習の入門記事です", "機械学習"),
        ("ja", "新しいコンパイラの速度", "コンパイラ"),
        ("zh", "我们发布了新的编译器版本", "编译器"),
        ("zh", "支持中文搜索", "搜索"),
        ("ko", "새로운 컴파일러를 발표했습니다", "컴파일러"),
        ("th", "การค้นหาภาษาไทย", "ภาษาไทย"),
        ("hi", "हिन्दी में खोज", "हिन्दी"),
        ("und", "Naïve café", "naive cafe"),
    ],
)
def test_words_are_found_in_their_language(
    index: Index, language: str, text: str, query: str
) -> None:
    index.write(
        post("a", "Title", text, language=language),
        post("b", "Title", "Zzz yyy xxx", language=language),
    )

    assert index.find(query) == ["a"]


def test_one_site_may_have_several_languages(index: Index) -> None:
    index.write(
        post("en", "Running servers", "In the cellar.", language="en"),
        post("de", "Laufende Häuser", "Im Keller.", language="de"),
        post("fr", "Les serveurs", "Ils mangeaient.", language="fr"),
    )

    assert index.find("server run") == ["en"]
    assert index.find("haus") == ["de"]
    assert index.find("manger") == ["fr"]


@pytest.mark.parametrize("query", ["日", "日本", "本語"])
def test_parts_of_a_text_without_spaces_are_found(index: Index, query: str) -> None:
    index.write(post("a", "Title", "これは日本語", language="ja"), post("b", "Title", "英文"))

    assert index.find(query) == ["a"]


def test_the_whole_word_comes_before_its_parts(index: Index) -> None:
    index.write(
        post("parts", "旅", "東京と京都の旅の話と散歩", language="ja"),
        post("whole", "旅", "東京都の旅の話と京都散歩", language="ja"),
    )

    assert index.find("東京都")[0] == "whole"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Moving from C++ to Rust", "c++"),
        ("A taste of C# today", "C#"),
        ("ASP.NET on Linux", ".net"),
        ("Servers with Node.js", "node.js"),
        ("Servers with Node.js", "node"),
        ("Announcing v1.80 today", "v1.80"),
        ("Announcing Rust 1.80.1 today", "1.80"),
        ("Why we don\u2019t panic", "don't"),
        ("Why we don't panic", "don\u2019t"),
        ("Rust's book", "rust"),
        ("The L'Oréal case", "l'oreal"),
        ("Call read_to_string once", "read_to_string"),
        ("Call read_to_string once", "string"),
        ("A zero-cost idea", "zero-cost"),
        ("A zero-cost idea", "zero cost"),
        ("A zero cost idea", "zero-cost"),
        ("Write to ann@example.com", "ann@example.com"),
        ("We shipped it 🎉 today", "🎉"),
        ("使用Rust编程", "rust"),
        ("使用Rust编程", "编程"),
        ("E-mail and more", "email"),
        ("Free Wi-Fi for all", "wifi"),
        ("Free Wi\u2011Fi for all", "wifi"),
        ("Free wifi for all", "Wi-Fi"),
        ("A type-safe language", "typesafe"),
        ("A typesafe language", "type-safe"),
        ("Servers with Node.js", "nodejs"),
        ("Servers with nodejs", "Node.js"),
        ("They co-operate", "cooperate"),
        ("Der Fluß", "FLUSS"),
        ("Cafe\u0301 culture", "café"),
        ("\uff26\uff35\uff2c\uff2c width", "full"),
    ],
)
def test_odd_words_are_found_as_typed(index: Index, text: str, query: str) -> None:
    index.write(post("a", "Title", text), post("b", "Title", "Something else, with a c and an s"))

    assert index.find(query) == ["a"]
