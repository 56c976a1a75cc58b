"""Reading a folder: encodings, files that are no articles, and what is said about them.

Run: pytest tests/vectorstore/test_articles.py (no model, no network).
"""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.articles import decode, read_article, read_articles
from vectorstore.errors import ArticlesError
from vectorstore.records import Folder

SEEDS = Path(__file__).parents[2] / "seeds"
STORY = "Harbour reopens\n\nThe harbour reopened on Monday, the council said.\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def reasons(folder: Folder) -> dict[str, str]:
    return {one.path: one.reason for one in folder.skipped}


def ids(folder: Folder) -> list[str]:
    return [article.article_id for article in folder.articles]


# --- decoding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"plain", "plain", "utf-8"),
        ("caf\u00e9 \u2013 \u201cso\u201d".encode(), "café – “so”", "utf-8"),
        (b"\xef\xbb\xbfmarked", "marked", "utf-8-sig"),
        ("caf\u00e9".encode("utf-16"), "café", "utf-16"),
        (b"\xfe\xff" + "café".encode("utf-16-be"), "café", "utf-16"),
        ("café".encode("utf-32"), "café", "utf-32"),
        (b"\x00\x00\xfe\xff" + "café".encode("utf-32-be"), "café", "utf-32"),
        ("It\u2019s 5\u20ac at the caf\u00e9".encode("cp1252"), "It’s 5€ at the café", "cp1252"),
        (b"one\r\ntwo\rthree\n", "one\r\ntwo\rthree\n", "utf-8"),
        (b"The mayor\x00 resigned\x00 today.", "The mayor\0 resigned\0 today.", "utf-8"),
        ("قال الرئيس اليوم".encode(), "قال الرئيس اليوم", "utf-8"),
        ("👩‍👩‍👧 e\u0301 ok".encode(), "👩‍👩‍👧 e\u0301 ok", "utf-8"),
        ("a\ufeffb".encode(), "a\ufeffb", "utf-8"),
        (b"\xff\xfe\x00\x00A\x00", "\0A", "utf-16"),
    ],
)
def test_text_is_decoded_as_it_stands(data: bytes, text: str, encoding: str) -> None:
    assert decode(data) == (text, encoding)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(32), "PNG"),
        (b"PK\x03\x04 word/document.xml", "ZIP"),
        (bytes(200), "control characters"),
        (b"\x00\x01\x02", "control characters"),
        (bytes(range(256)) * 20, "another encoding"),
        ("no mark".encode("utf-16-le"), "control characters"),
        ("Владимир Путин объявил о выводе войск".encode("koi8-r"), "another encoding"),
        ("“It’s a start” – “no”".encode()[:-1], "damaged UTF-8"),
        ("café".encode("utf-16")[:-1], "damaged"),
        (b"\xff\xfe\x00\xd8A\x00", "damaged"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode(data)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_decoding_loses_nothing_or_refuses(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except ValueError:
        return
    assert encoding in {"utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"}
    assert text == data.decode(encoding)
    if encoding not in {"utf-16", "utf-32"}:
        assert text.encode(encoding) == data
    text.encode()  # never a lone surrogate


# --- the folder -------------------------------------------------------------------------------


def test_text_and_markdown_are_read_in_all_subfolders_in_the_order_of_their_ids(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        {
            "b.txt": STORY,
            "B.TXT": STORY,
            "a/z.md": STORY,
            "a.txt": STORY,
            "deep/er/one.Md": STORY,
            ".hidden.txt": STORY,
            ".git/readme.md": STORY,
            "picture.png": b"\x89PNG",
            "notes.csv": "x",
        },
    )
    folder = read_articles(tmp_path)
    assert ids(folder) == ["B.TXT", "a.txt", "a/z.md", "b.txt", "deep/er/one.Md"]
    assert folder.skipped == ()


def test_an_article_carries_the_hash_of_its_bytes_and_its_untouched_text(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfOne\r\n\r\nTwo.\r\n"
    write(tmp_path, {"a.txt": data})
    (article,) = read_articles(tmp_path).articles
    assert article.text == "One\r\n\r\nTwo.\r\n"
    assert article.encoding == "utf-8-sig"
    assert article.sha256 == hashlib.sha256(data).hexdigest()
    assert article == read_article(tmp_path, "a.txt")


def test_progress_counts_files(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": STORY, "b.txt": b""})
    seen: list[tuple[str, int, int]] = []
    read_articles(tmp_path, progress=lambda *step: seen.append(step))
    assert seen == [("read", 1, 2), ("read", 2, 2)]


def test_two_files_with_the_same_text_are_both_articles(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": STORY, "b.txt": STORY, "c/a.txt": STORY})
    folder = read_articles(tmp_path)
    assert ids(folder) == ["a.txt", "b.txt", "c/a.txt"]
    assert len({article.sha256 for article in folder.articles}) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b" \r\n\t\n", "nothing but white space"),
        ("\u200b\ufeff\u2060\n\u00a0\u3000".encode(), "nothing but white space"),
        (b"\xef\xbb\xbf", "nothing but white space"),
        (bytes(1000), "binary, not text"),
        (b"%PDF-1.4", "binary, not text: a PDF document"),
    ],
)
def test_a_file_without_text_is_skipped_and_the_others_are_read(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    write(tmp_path, {"good.txt": STORY, "bad.txt": content})
    folder = read_articles(tmp_path)
    assert ids(folder) == ["good.txt"]
    assert reason in reasons(folder)["bad.txt"]


def test_a_file_over_the_limit_is_skipped_with_its_size(tmp_path: Path) -> None:
    write(tmp_path, {"good.txt": STORY, "big.txt": "x" * 300_000})
    folder = read_articles(tmp_path, max_bytes=200_000)
    assert reasons(folder) == {"big.txt": "0.3 MB, over the limit of 0.2 MB"}


def test_an_unreadable_file_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"good.txt": STORY, "locked.txt": STORY})
    real_open = os.open

    def refusing(path: os.PathLike[str], flags: int) -> int:
        if Path(path).name == "locked.txt":
            raise PermissionError(13, "Permission denied")
        return real_open(path, flags)

    # chmod would not stop root, as whom containers run the tests.
    monkeypatch.setattr("vectorstore.articles.os.open", refusing)
    folder = read_articles(tmp_path)
    assert reasons(folder) == {"locked.txt": "cannot be read: Permission denied"}


def test_links_are_not_followed_and_a_loop_of_links_ends(tmp_path: Path) -> None:
    inside, outside = tmp_path / "news", tmp_path / "private"
    write(outside, {"secret.txt": STORY})
    write(inside, {"good.txt": STORY, "sub/other.txt": STORY})
    (inside / "out.txt").symlink_to(outside / "secret.txt")
    (inside / "in.txt").symlink_to(inside / "good.txt")
    (inside / "gone.txt").symlink_to(inside / "nowhere.txt")
    (inside / "sub" / "loop").symlink_to(inside)
    (inside / "elsewhere").symlink_to(outside)
    folder = read_articles(inside)
    assert ids(folder) == ["good.txt", "sub/other.txt"]
    assert reasons(folder) == {
        "out.txt": "symbolic link out of the folder: not followed",
        "in.txt": "symbolic link: not followed",
        "gone.txt": "symbolic link: not followed",
        "sub/loop": "symbolic link to a folder: not followed",
        "elsewhere": "symbolic link to a folder: not followed",
    }


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", {"a.txt": STORY})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert ids(read_articles(tmp_path / "link")) == ["a.txt"]


def test_a_named_pipe_is_skipped_without_waiting_for_a_writer(tmp_path: Path) -> None:
    write(tmp_path, {"good.txt": STORY})
    os.mkfifo(tmp_path / "pipe.txt")
    assert reasons(read_articles(tmp_path)) == {"pipe.txt": "not a plain file"}


@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        (b"caf\xe9.txt", "caf\\udce9.txt", "not valid UTF-8"),
        (b"two\nlines.txt", "two\\nlines.txt", "line end or control character"),
        (b"bell\x07.md", "bell\\x07.md", "line end or control character"),
        ("line\u2028end.txt".encode(), "line\\u2028end.txt", "line end or control character"),
    ],
)
def test_a_file_with_an_odd_name_is_skipped_under_a_name_that_prints(
    tmp_path: Path, name: bytes, shown: str, reason: str
) -> None:
    write(tmp_path, {"good.txt": STORY})
    try:
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:
            file.write(STORY.encode())
    except OSError:
        pytest.skip("this file system refuses the name")
    folder = read_articles(tmp_path)
    assert ids(folder) == ["good.txt"]
    assert reason in reasons(folder)[shown]


# --- nothing to read --------------------------------------------------------------------------


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ArticlesError, match=r"/none: there is no such folder; expected .*\.txt"):
        read_articles(tmp_path / "none")


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": STORY})
    with pytest.raises(ArticlesError, match=r"a\.txt: is not a folder"):
        read_articles(tmp_path / "a.txt")


@pytest.mark.parametrize("name", ["nul\0byte", "x" * 5000])
def test_an_impossible_folder_name_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArticlesError):
        read_articles(tmp_path / name)


def test_an_empty_folder_is_an_error_that_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ArticlesError, match=r"no readable article; looked for \.txt and \.md"):
        read_articles(tmp_path)


def test_a_folder_of_other_files_is_an_error_that_counts_them(tmp_path: Path) -> None:
    write(tmp_path, {"a.pdf": b"%PDF", "b.pdf": b"%PDF", "README": "x", "articles.csv": "file\n"})
    with pytest.raises(ArticlesError, match=r"Other files there: 1 without a suffix, 2 \.pdf\."):
        read_articles(tmp_path)


def test_a_folder_with_nothing_readable_names_five_files_and_counts_the_rest(
    tmp_path: Path,
) -> None:
    write(tmp_path, {f"{i}.txt": b"" for i in range(8)})
    with pytest.raises(ArticlesError) as caught:
        read_articles(tmp_path)
    message = str(caught.value)
    assert "0.txt (empty file); 1.txt (empty file)" in message
    assert message.endswith("4.txt (empty file); and 3 more.")


# --- one article ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "article_id",
    ["", ".", "..", "../a.txt", "sub/../a.txt", "/etc/hosts.txt", "a.pdf", "a.txt/", "./a.txt",
     ".hidden.txt", ".git/a.md", "a\0.txt", "a\n.txt", "\udce9.txt"],
)  # fmt: skip
def test_an_id_that_is_none_is_refused(tmp_path: Path, article_id: str) -> None:
    write(tmp_path, {"news/a.txt": STORY, "a.txt": STORY})
    with pytest.raises(ArticlesError, match="is not the id of an article"):
        read_article(tmp_path / "news", article_id)


def test_a_deleted_article_is_told_from_an_unreadable_one(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": STORY, "blank.txt": b" "})
    with pytest.raises(ArticlesError) as missing:
        read_article(tmp_path, "gone.txt")
    with pytest.raises(ArticlesError, match="nothing but white space") as blank:
        read_article(tmp_path, "blank.txt")
    assert isinstance(missing.value.__cause__, FileNotFoundError)
    assert not isinstance(blank.value.__cause__, FileNotFoundError)


def test_a_link_put_in_place_of_an_article_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "private", {"secret.txt": STORY})
    write(tmp_path / "news", {"a.txt": STORY})
    (tmp_path / "news" / "b.txt").symlink_to(tmp_path / "private" / "secret.txt")
    (tmp_path / "news" / "sub").symlink_to(tmp_path / "private")
    for article_id in ("b.txt", "sub/secret.txt"):
        with pytest.raises(ArticlesError, match="not followed"):
            read_article(tmp_path / "news", article_id)


# --- the articles that ship -------------------------------------------------------------------


def test_the_seeds_are_read_with_the_titles_and_outlets_that_they_state() -> None:
    folder = read_articles(SEEDS)
    assert folder.skipped == ()
    assert [(article.title, article.outlet, article.published) for article in folder.articles] == [
        ("Mission accomplished? Russia to withdraw forces from Syria on Tuesday", "CNN", None),
        ('After 5 years of war, Russia and Syria claim "success"', "CBS News", None),
        ("Russia to start pulling military out of Syria -- with Assad's blessing", "HotAir", None),
        (
            "Russia turned its military presence in Syria into useful leverage that it can…",
            "Russia Direct",
            None,
        ),
        (
            "The Kremlin announced that Putin had called President Bashar al-Assad to inform…",
            None,
            None,
        ),
    ]
