/* Opens citations in the panel #source. Builds it from text only (textContent), so that nothing an
 * article holds can become markup. Bound to the document once; survives every redraw of the chat. */
(() => {
  "use strict";
  if (window.footnote) return;
  window.footnote = true;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  const panel = make("aside");
  panel.id = "source";
  panel.hidden = true;
  panel.setAttribute("aria-label", "Source of the citation");
  const bar = make("div", "source-bar");
  const place = make("span", "source-place");
  const name = make("span", "source-name"); // which article, when its heading is scrolled away
  const button = (label, sign, act) => {
    const made = make("button", "source-button", sign);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", act);
    return made;
  };
  const previous = button("Previous citation", "‹", () => step(-1));
  const next = button("Next citation", "›", () => step(1));
  const closer = button("Close the source (Esc)", "×", () => close());
  closer.classList.add("source-close");
  bar.append(previous, place, next, name, closer);
  const body = make("div", "source-body");
  body.tabIndex = 0;
  body.setAttribute("role", "document");
  panel.append(bar, body);

  let opener = null;
  let asked = 0;

  const chips = () => {
    const message = opener && opener.closest(".fn-answer");
    return message ? [...message.querySelectorAll("a.cite, a.fn-near")] : [];
  };
  const position = () => {
    const all = chips();
    const href = opener && opener.getAttribute("href");
    return all.findIndex((chip) => chip.getAttribute("href") === href);
  };
  const step = (by) => {
    const all = chips();
    const chip = all[position() + by];
    if (chip) open(chip, false);
  };

  const draw = (source) => {
    const head = make("header", "source-head");
    const outlet = [source.outlet, source.published].filter(Boolean).join(" · ");
    name.textContent = [source.outlet, source.title || source.file].filter(Boolean).join(" · ");
    if (outlet) head.append(make("p", "source-outlet", outlet));
    head.append(make("h2", "source-title", source.title || source.file));
    head.append(make("p", "source-file", source.file));
    if (source.notice) {
      const notice = make("p", "source-notice", source.notice);
      notice.setAttribute("role", "status");
      head.append(notice);
    }
    const text = make("div", "source-text");
    if (source.cut_before) text.append(make("p", "source-cut", "The beginning is not shown."));
    for (const parts of source.paragraphs) {
      const paragraph = make("p");
      for (const part of parts) {
        paragraph.append(part.mark ? make("mark", "", part.text) : part.text);
      }
      text.append(paragraph);
    }
    if (source.cut_after) text.append(make("p", "source-cut", "The rest is not shown."));
    body.replaceChildren(head, text);
    panel.dataset.status = source.status;
    const mark = body.querySelector("mark");
    body.scrollTop = 0;
    if (mark) {
      mark.tabIndex = -1;
      const room = body.clientHeight - mark.offsetHeight;
      const top = mark.getBoundingClientRect().top - body.getBoundingClientRect().top;
      if (top > room * 0.6) body.scrollTop = top - Math.max(24, room / 3);
    }
  };

  const showPlace = () => {
    const all = chips();
    const at = position();
    place.textContent = all.length > 1 && at >= 0 ? `${at + 1} of ${all.length}` : "Source";
    previous.hidden = next.hidden = all.length < 2;
    previous.disabled = at <= 0;
    next.disabled = at < 0 || at >= all.length - 1;
  };

  async function open(chip, focus) {
    for (const old of document.querySelectorAll("a.is-open")) old.classList.remove("is-open");
    opener = chip;
    const href = chip.getAttribute("href");
    const mine = ++asked;
    const query = new URLSearchParams({ link: href.slice(1) });
    if (chip.title.includes("“")) query.set("quote", chip.title.split("“").slice(1).join("“").replace(/”$/, ""));
    let source;
    try {
      const answer = await fetch(`./source?${query}`);
      if (!answer.ok) throw new Error(await answer.text());
      source = await answer.json();
    } catch (error) {
      source = { title: "", file: "", paragraphs: [], status: "failed",
        notice: "The source could not be loaded. Is Footnote still running?" };
    }
    if (mine !== asked) return;
    panel.hidden = false;
    document.documentElement.classList.add("source-open");
    for (const same of document.querySelectorAll("a.cite, a.fn-note, a.fn-near")) {
      if (same.getAttribute("href") === href) same.classList.add("is-open");
    }
    showPlace();
    draw(source);
    if (focus) body.focus({ preventScroll: true });
  }

  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    document.documentElement.classList.remove("source-open");
    for (const old of document.querySelectorAll("a.is-open")) old.classList.remove("is-open");
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }

  /* Copy and JSON: the answer is fetched by its id; both work without the clipboard's permission. */
  const say = (link, words) => {
    const before = link.textContent;
    link.textContent = words;
    setTimeout(() => { link.textContent = before; }, 1600);
  };
  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = make("textarea");
      box.value = text;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  };
  async function act(link) {
    const [, kind, id] = link.getAttribute("href").match(/^#(copy|json)-([0-9a-f]+)$/) || [];
    if (!id) return;
    const response = await fetch(`./answer/${id}`).catch(() => null);
    if (!response || !response.ok) return say(link, "Gone: ask again");
    const text = await response.text();
    if (kind === "json") {
      const file = make("a");
      file.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      file.download = `answer-${id.slice(0, 8)}.json`;
      file.click();
      setTimeout(() => URL.revokeObjectURL(file.href), 1000);
      return say(link, "Saved");
    }
    const answer = JSON.parse(text);
    const notes = answer.citations.map((c) => `[${c.marker}] ${[c.title, c.outlet, c.published].filter(Boolean).join(", ")} (${c.file}): “${c.quote}”`);
    await copyText([answer.text, ...notes].join("\n"));
    return say(link, "Copied");
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    if (!link) return;
    const href = link.getAttribute("href");
    if (href.startsWith("#src-")) {
      event.preventDefault();
      open(link, true);
    } else if (/^#(copy|json)-/.test(href)) {
      event.preventDefault();
      act(link);
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });

  /* Gradio would send an empty message. */
  const blank = () => {
    const box = document.querySelector("#ask textarea");
    return box && !box.value.trim();
  };
  document.addEventListener("keydown", (event) => {
    const asking = event.target.closest && event.target.closest("#ask textarea");
    if (asking && event.key === "Enter" && !event.shiftKey && blank()) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("#ask .submit-button") && blank()) {
      event.stopPropagation();
      document.querySelector("#ask textarea").focus();
    }
  }, true);

  /* While the articles are being indexed, a line at the top says how far. */
  const line = make("div", "index-line");
  line.setAttribute("role", "status");
  const tell = (words, kind) => {
    line.className = `index-line ${kind}`;
    line.replaceChildren(words);
    if (!line.isConnected) document.body.prepend(line);
  };
  async function watch() {
    const status = await fetch("./status").then((reply) => reply.json()).catch(() => null);
    if (status && status.state === "failed") return tell(status.message, "is-failed");
    if (status && status.state === "ready") {
      line.remove();
      if (status.message) {
        tell(status.message, "is-warning");
        const hide = make("button", "", "Hide");
        hide.type = "button";
        hide.addEventListener("click", () => line.remove());
        line.append(hide);
      }
      return;
    }
    if (status) {
      const count = status.total ? ` ${status.done.toLocaleString()} of ${status.total.toLocaleString()}` : "";
      tell(`Indexing the articles: ${status.stage}${count}`, "");
    }
    setTimeout(watch, 1000);
  }

  const start = () => {
    document.body.append(panel);
    watch();
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
