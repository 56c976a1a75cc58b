"""The `qa` command: ask, chat, index, eval, verify, serve, doctor.

Doors only: each command turns words into a call and its result into text or JSON. Heavy imports
stay inside the commands, so that `qa --help` is instant. Exit codes: 0 done, 2 bad input or a
fault that the message names, 3 the articles do not say, 4 an evaluation under its bar, 130 Ctrl-C.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qa.engine import Footnote
    from qa.records import Answer
    from vectorstore.records import SyncReport

ABSTAINED = 3
INTERRUPTED = 130
MAX_NAMED = 20
"""Files passed over that are named one by one."""
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich doubles the CPU time of --help: 0.22 s against 0.11 s
    help="Ask a folder of news articles; every sentence of the answer is cited and checked.",
)

Articles = Annotated[
    Path, typer.Option("--articles", "-a", help="Folder of .txt and .md articles.")
]
Model = Annotated[
    str | None,
    typer.Option("--model", "-m", help="reader, baseline, or provider:name of a chat model."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Source = Annotated[
    list[str] | None, typer.Option("--source", help="Only this file or outlet; repeatable.")
]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
SEEDS = Path("seeds")


@app.command()
def ask(
    question: str,
    articles: Articles = SEEDS,
    model: Model = None,
    source: Source = None,
    since: Day = None,
    until: Day = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question. Exits 0 when answered, 3 when the articles do not say."""
    from qa.chain import check_question

    with _open(articles, sync=False) as footnote:
        check_question(question, footnote.settings.max_question_chars)  # before minutes of indexing
        _sync(footnote)
        answer = footnote.ask(
            question,
            model=model,
            sources=source,
            since=since.date() if since else None,
            until=until.date() if until else None,
        )
    print(answer.to_json() if as_json else _as_text(answer))
    raise typer.Exit(ABSTAINED if answer.abstained else 0)


@app.command()
def chat(articles: Articles = SEEDS, model: Model = None) -> None:
    """Talk in the terminal; follow-up questions are understood. An empty line ends."""
    from qa.errors import QuestionError

    with _open(articles) as footnote:
        history: list[tuple[str, str]] = []
        while True:
            try:
                question = input("\nYou: ").strip()
            except EOFError:
                break
            if not question:
                break
            try:
                answer = footnote.ask(question, history=history, model=model)
            except QuestionError as error:
                print(error)
                continue
            print(_as_text(answer))
            history.append((question, answer.text))


@app.command()
def index(
    articles: Articles = SEEDS,
    rebuild: Annotated[bool, typer.Option(help="Make the index anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index of a folder up to date. Articles are never changed."""
    from dataclasses import asdict

    with _open(articles, sync=False) as footnote:
        report = _sync(footnote, rebuild)
        where = footnote.index.path
    if as_json:
        print(json.dumps({**asdict(report), "path": str(where)}, ensure_ascii=False, indent=2))
        return
    counts = (
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.renamed)} renamed, "
        f"{len(report.deleted)} deleted, {report.n_unchanged} unchanged, "
        f"{len(report.skipped)} skipped"
    )
    print(f"{counts}; {report.n_chunks} chunks, {report.n_embedded} embedded; {where}")


@app.command("eval")
def evaluate(
    evalset: Annotated[list[Path], typer.Argument(help="One or more evaluation sets.")],
    articles: Annotated[Path | None, typer.Option("--articles", "-a")] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="Repeatable; the baseline is always beside them."),
    ] = None,
    compare: Annotated[Path | None, typer.Option(help="JSON of an earlier run.")] = None,
    min_: Annotated[
        list[str] | None, typer.Option("--min", help="measure=value; exit 4 when under it.")
    ] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="Write scores and cases.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the report as Markdown.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for per-case results.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N cases.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only cases of this kind.")] = None,
    split: Annotated[str | None, typer.Option(help="Only cases of this split: dev, test.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Questions asked at once.")] = 1,
    resume: Annotated[bool, typer.Option(help="Go on with an interrupted run.")] = False,
    format_: Annotated[
        str | None, typer.Option("--format", help="footnote, squad, beir, ragas or csv.")
    ] = None,
    reorder: Annotated[
        bool, typer.Option(help="Ask a sample again with the articles in another order.")
    ] = False,
) -> None:
    """Run evaluation sets and print the scores with 95% intervals."""
    from qa.evaluation.command import run_eval
    from qa.settings import Settings

    settings = Settings()
    code = run_eval(
        evalset,
        articles,
        model or [settings.model],
        compare,
        min_ or [],
        json_,
        html,
        junit,
        markdown,
        out,
        limit,
        kind,
        split,
        jobs,
        resume,
        format_,
        settings,
        reorder,
    )
    raise typer.Exit(code)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="JSON of an answer (qa ask --json).")],
    articles: Articles = SEEDS,
    as_json: AsJson = False,
) -> None:
    """Check every citation of a saved answer against the files. Exits 2 when one fails."""
    from dataclasses import asdict

    from qa.verification import load_answer
    from qa.verification import verify as check

    checks = check(load_answer(file), articles)
    if as_json:
        print(json.dumps([asdict(c) for c in checks], ensure_ascii=False, indent=2))
    else:
        for c in checks:
            print(f"[{c.marker}] {c.file}: {c.status}" + (f" ({c.detail})" if c.detail else ""))
        n_ok = sum(c.status == "ok" for c in checks)
        print(f"{n_ok} of {len(checks)} citations verified in {articles}")
        if n_ok < len(checks):
            print("Articles in another folder? Name it: qa verify FILE --articles FOLDER")
    raise typer.Exit(0 if all(c.status == "ok" for c in checks) else 2)


@app.command()
def serve(
    articles: Articles = SEEDS,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 7860,
) -> None:
    """Open the page. A busy port: the next free one is taken and said."""
    from app import main as open_page

    open_page(articles, host=host, port=port)


@app.command()
def doctor(articles: Articles = SEEDS, as_json: AsJson = False) -> None:
    """Check versions, models, index, lock, write access; no network. Exits 2 on a fault."""
    from qa.doctor import examine

    findings = examine(articles)
    if as_json:
        print(json.dumps([f.to_dict() for f in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.ok else 'FAULT'} {finding.what}: {finding.detail}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 2)


def _open(articles: Path, sync: bool = True) -> Footnote:
    from qa.engine import Footnote

    footnote = Footnote(articles)
    if sync:
        _sync(footnote)
    return footnote


def _sync(footnote: Footnote, rebuild: bool = False) -> SyncReport:
    """Sync with a progress bar on stderr; files passed over are named there."""
    from qa.progress import progress_bar

    report = footnote.sync(progress_bar(), rebuild=rebuild)
    for skipped in report.skipped[:MAX_NAMED]:
        print(f"skipped {skipped.path}: {skipped.reason}", file=sys.stderr)
    if len(report.skipped) > MAX_NAMED:
        rest = len(report.skipped) - MAX_NAMED
        print(f"... and {rest} more files; `qa index --json` names all", file=sys.stderr)
    return report


def _as_text(answer: Answer) -> str:
    """An answer for the terminal: text, then the numbered sources, or the nearest passages.

    Control characters of the articles are left out: they could clear or colour the screen.
    """
    from qa.page.text import clean

    lines = [f"warning: {warning}" for warning in answer.warnings]
    if answer.standalone_question != answer.question:
        lines.append(f"(understood as: {answer.standalone_question})")
    lines.append(answer.text)
    if answer.abstained:
        lines.append(answer.reason)
        for rank in answer.nearest:
            chunk = answer.passages[rank - 1].chunk
            start, end = answer.closest(rank)
            quote = " ".join(chunk.text[start - chunk.start : end - chunk.start].split())
            lines.append(f"  nearest: {chunk.article_id}: {quote[:160]}")
    for disagreement in answer.disagreements:
        said = "; ".join(
            f"{value} {''.join(f'[{m}]' for m in markers)}"
            for value, markers in disagreement.values
        )
        lines.append(f"Sources differ: {said}")
    for c in answer.citations:
        origin = ", ".join(
            str(part) for part in (c.outlet, c.published, c.file) if part is not None
        )
        lines.append(f"  [{c.marker}] {origin} ({c.start}-{c.end}): {' '.join(c.quote.split())}")
    return clean("\n".join(lines))


def main() -> None:
    """Run the command; errors become one line on stderr and exit code 2."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # the hub client retries for 20 s and more
    for stream in (sys.stdout, sys.stderr):  # a terminal without UTF-8 is no reason to stop
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    from vectorstore.errors import FootnoteError

    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except FootnoteError as error:
        print(f"qa: {error}", file=sys.stderr)
        sys.exit(2)
    except ValueError as error:
        fault = _setting_fault(error)
        if fault is None:
            raise
        print(f"qa: {fault}", file=sys.stderr)
        sys.exit(2)
    except SystemExit as end:  # typer turns Ctrl-C into this code, without a word
        if end.code == INTERRUPTED and isinstance(_cause(end), KeyboardInterrupt):
            print("qa: stopped; the index is as it was before.", file=sys.stderr)
        raise
    except BrokenPipeError:  # `qa ask ... | head`: Python would complain again at its own flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _cause(error: BaseException) -> BaseException:
    """The first error of a chain; `qa eval` exits with Ctrl-C's code too, and has said so."""
    while error.__context__ is not None:
        error = error.__context__
    return error


def _setting_fault(error: ValueError) -> str | None:
    """What is wrong with a QA_ variable, if that is what the error says."""
    from pydantic import ValidationError

    from qa.settings import fault

    return fault(error) if isinstance(error, ValidationError) else None


if __name__ == "__main__":
    main()
