"""The page: layout and events, and the one door to Gradio. What is shown is made in qa/page.

Gradio runs inside a FastAPI application behind qa/page/guard.py, served by one uvicorn. Nothing is
asked of the network: analytics, monitoring, sharing and hub look-ups are off before Gradio loads.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr
from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from gradio.events import api as publish

from qa.errors import ArticlesError, FootnoteError
from qa.page.examples import example_questions
from qa.page.guard import Guard
from qa.page.indexing import Indexing, Status
from qa.page.links import parse
from qa.page.render import pairs
from qa.page.server import listen, server_of
from qa.page.shelf import Feedback, Shelf
from qa.page.source import open_source
from qa.page.talk import Talk, to_question
from qa.page.text import clean, inert, shorten

if TYPE_CHECKING:
    from qa.engine import Footnote

N_AT_ONCE = 8
"""Questions answered at the same time; a hung model must not block the others."""
MAX_QUEUE = 64
"""Questions waiting before the page says that it is busy."""
MAX_SHOWN_CHARS = 4000
"""A longer message of the user is shown cut; it is refused as a question anyway."""
N_CHOICES = 500
"""Articles offered in the source filter; outlets come first."""
HEAD = (
    '<link rel="stylesheet" href="page/footnote.css"><script src="page/footnote.js" defer></script>'
)
STATIC = {"footnote.css": "text/css", "footnote.js": "text/javascript"}


class Chat(gr.ChatInterface):
    """Gradio's chat with four of its habits changed (each tested in tests/browser)."""

    def _render_history_area(self) -> None:
        """Earlier conversations wait in a sidebar; Gradio puts them above the chat on a phone."""
        with gr.Sidebar(open=False, elem_id="history"):
            super()._render_history_area()  # type: ignore[no-untyped-call]
        self.new_chat_button.icon = None  # a file that the guard does not serve

    def _append_message_to_history(
        self, message: Any, history: Any, role: Any = "user"
    ) -> list[Any]:
        """The user's words are shown as text; Gradio would render their markup."""
        if role == "user":
            if isinstance(message, dict):  # an example that was clicked
                message = message.get("text")
            message = inert(message) if isinstance(message, str) else ""
            if len(message) > MAX_SHOWN_CHARS:
                message = f"{message[:MAX_SHOWN_CHARS]} … ({len(message):,} characters)"
        return list(super()._append_message_to_history(message, history, role))

    def _clear_and_save_textbox(self, message: Any) -> tuple[Any, Any]:
        """The empty box keeps an invitation; Gradio leaves it blank after the first question."""
        return gr.Textbox("", interactive=False, placeholder="Ask a follow-up question"), message

    def _setup_stop_events(
        self, event_triggers: Any, events_to_cancel: Any, after_success: Any
    ) -> None:
        """A refused event (queue full, connection lost) gives the message box back."""
        super()._setup_stop_events(event_triggers, events_to_cancel, after_success)
        for event in events_to_cancel:
            event.failure(
                lambda: gr.Textbox(interactive=True, submit_btn=True, stop_btn=False),
                None,
                self.textbox,
                queue=False,
                api_visibility="undocumented",
            )


def build_app(
    footnote: Footnote,
    *,
    examples: Sequence[str] = (),
    names: Sequence[str] = (),
    indexing: Indexing | None = None,
) -> FastAPI:
    """The whole web application of one Footnote.

    examples: questions offered on the empty page; made from the articles when there are none.
    names: host names besides localhost under which the page may be opened. indexing: a first sync
    that is still running; without one the articles are taken to be indexed.
    """
    shelf = Shelf()
    talk = Talk(footnote, indexing, shelf)
    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, names=names)

    @app.get("/page/{name}")
    def static(name: str) -> Response:
        if name not in STATIC:
            raise HTTPException(404)
        content = files("qa.page").joinpath(name).read_bytes()
        return Response(content, media_type=STATIC[name], headers={"cache-control": "no-cache"})

    @app.get("/source")
    def source(link: str, quote: str = "") -> JSONResponse:
        found = parse(link)
        if found is None:
            raise HTTPException(404)
        return JSONResponse(open_source(found, clean(quote), talk.articles(), footnote.folder))

    @app.get("/answer/{answer_id}")
    def answer(answer_id: str) -> Response:
        held = shelf.get(answer_id)
        if held is None:
            raise HTTPException(404)
        text = held.to_json().encode("utf-8", "replace")
        return Response(text, media_type="application/json")

    @app.get("/status")
    def status() -> dict[str, Any]:
        now = indexing.status if indexing else Status("ready")
        return {
            "state": now.state,
            "stage": now.stage,
            "done": now.done,
            "total": now.total,
            "message": clean(now.message),
            "articles": len(talk.articles()),
        }

    blocks = _blocks(footnote, talk, examples)
    theme = gr.themes.Default(
        primary_hue="teal",
        neutral_hue="stone",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name="127.0.0.1",
        footer_links=["api"],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=1,
        allowed_paths=[],
        favicon_path=str(files("qa.page").joinpath("favicon.png")),
        ssr_mode=False,
        mcp_server=False,
        theme=theme,
        head=HEAD,
    )
    return app


def _blocks(footnote: Footnote, talk: Talk, examples: Sequence[str]) -> gr.Blocks:
    feedback = Feedback(footnote.settings.home / "feedback.jsonl")

    def chat(
        message: str,
        history: list[dict[str, Any]],
        sources: list[str] | None = None,
        since: str = "",
        until: str = "",
    ) -> Iterator[str]:
        """Ask the articles; the reply is the answer as HTML, growing. Use `ask` for plain data."""
        yield from talk.turn(message, history, sources, since, until)

    def ask(
        question: str,
        history: list[list[str]] | None = None,
        sources: list[str] | None = None,
    ) -> dict[str, Any]:
        """Ask the articles one question.

        history: earlier [question, answer] pairs, oldest first. sources: files or outlets to read,
        all by default. Returns the answer with its citations: file, SHA-256, character offsets
        and the exact quote of each.
        """
        try:
            text = to_question(question, footnote.settings.max_question_chars)
            earlier = tuple((clean(q), clean(a)) for q, a in history or ())
            return footnote.ask(text, history=earlier, sources=sources or None).to_dict()
        except FootnoteError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except (TypeError, ValueError) as error:
            raise gr.Error(
                "history is a list of [question, answer] pairs.", print_exception=False
            ) from error

    def like(messages: list[dict[str, Any]], data: gr.LikeData) -> None:
        verdict = data.liked if isinstance(data.liked, str) else "like" if data.liked else "dislike"
        index = data.index if isinstance(data.index, int) else data.index[0]
        told = pairs(messages[: index + 1])
        if told:
            feedback.add(*told[-1], verdict)

    def refresh() -> tuple[Any, ...]:
        """What depends on the articles; until they are indexed, again at the next tick."""
        articles = talk.articles()
        asked = examples or example_questions(list(articles.values()))
        choices = _choices(list(articles.values()))
        return (
            _headline(len(articles)),
            gr.Chatbot(examples=[{"text": clean(question)} for question in asked]),
            gr.Dropdown(choices=choices),
            gr.Timer(active=not talk.ready),
        )

    with gr.Blocks(
        title="Footnote", fill_height=True, fill_width=True, analytics_enabled=False
    ) as blocks:
        about = gr.Markdown(_headline(0), elem_id="about")
        interface = Chat(
            chat,
            chatbot=gr.Chatbot(
                elem_id="chat",
                label="Conversation",
                show_label=False,
                container=False,
                scale=1,
                height="100%",
                layout="bubble",
                render=False,
                buttons=[],
                render_markdown=False,
                sanitize_html=True,
                allow_tags=False,
                latex_delimiters=[],
                feedback_options=("Like", "Dislike"),
                placeholder="What would you like to know?",
            ),
            textbox=gr.Textbox(
                elem_id="ask",
                label="Question",
                placeholder="Ask about the articles",
                show_label=False,
                container=False,
                submit_btn=True,
                stop_btn=True,
                autofocus=True,
                max_lines=8,
                scale=7,
                render=False,
            ),
            additional_inputs=[
                gr.Dropdown(
                    [],
                    label="Only these outlets or articles",
                    multiselect=True,
                    allow_custom_value=True,
                    elem_id="sources",
                    render=False,
                ),
                gr.Textbox(
                    "", label="From", placeholder="2016-03-01", elem_id="since", render=False
                ),
                gr.Textbox("", label="To", placeholder="2016-03-31", elem_id="until", render=False),
            ],
            additional_inputs_accordion=gr.Accordion(
                "Filters", open=False, elem_id="filters", render=False
            ),
            examples=[["…"]],  # the real ones come at load, when the articles are known
            editable=True,
            save_history=True,
            api_name="chat",
            concurrency_limit=N_AT_ONCE,
            show_progress="hidden",
            fill_height=True,
        )
        # A fixed key and secret: Gradio's own change at every start and lose what was saved.
        interface.saved_conversations.storage_key = "footnote.conversations.1"
        interface.saved_conversations.secret = "footnote"
        interface.chatbot.like(
            like, interface.chatbot, None, queue=False, api_visibility="undocumented"
        )
        publish(ask, api_name="ask", concurrency_limit=N_AT_ONCE)
        clock = gr.Timer(1)
        gr.on(
            [blocks.load, clock.tick],
            refresh,
            None,
            [about, interface.chatbot, interface.additional_inputs[0], clock],
            queue=False,
            show_progress="hidden",
            api_visibility="undocumented",
        )
    blocks.queue(max_size=MAX_QUEUE, default_concurrency_limit=N_AT_ONCE)
    page: gr.Blocks = blocks
    return page


def _headline(n_articles: int) -> str:
    what = {0: "the articles", 1: "one news article"}.get(n_articles, f"{n_articles:,} articles")
    return f"# Footnote\nAsk {what}. Every sentence of an answer shows the words that prove it."


def _choices(articles: Sequence[Any]) -> list[tuple[str, str]]:
    outlets = dict.fromkeys(article.outlet for article in articles if article.outlet)
    named = [
        (shorten(clean(article.title or article.article_id), 80), article.article_id)
        for article in articles[:N_CHOICES]
    ]
    return [(clean(outlet), outlet) for outlet in outlets] + named


def main(
    articles: str | Path = "seeds",
    host: str = "127.0.0.1",
    port: int = 7860,
    names: Sequence[str] = (),
    examples: Sequence[str] = (),
) -> None:
    """Open the page of a folder and serve it until Ctrl-C. The articles are indexed meanwhile.

    A busy port: the next free one is taken and said. Raises FootnoteError when no port is free,
    the folder is missing, or indexing fails (then there is nothing to serve).
    """
    from qa.engine import Footnote
    from qa.progress import progress_bar

    if not Path(articles).is_dir():
        raise ArticlesError(f"{articles}: no such folder; name one with --articles.")
    listener = listen(host, port)
    taken = listener.getsockname()[1]
    if taken != port:
        print(f"Port {port} is busy; using {taken}.", flush=True)
    footnote = Footnote(articles)
    indexing = Indexing(footnote, progress_bar(), warm="What happened?")
    app = build_app(footnote, examples=examples, names=(host, *names), indexing=indexing)
    server = server_of(app)

    def watch() -> None:
        indexing.wait()
        if indexing.error is not None:
            server.should_exit = True
        elif indexing.status.message:
            print(indexing.status.message, file=sys.stderr)

    indexing.start()
    threading.Thread(target=watch, name="watch", daemon=True).start()
    shown = f"[{host}]" if ":" in host else host
    print(f"Footnote is at http://{shown}:{taken}  (Ctrl-C stops it)", flush=True)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    finally:
        footnote.close()
    if indexing.error is not None:
        raise indexing.error


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "seeds")
