// Pharos: small conveniences. Every page works without this file.
(() => {
  "use strict";
  const $ = (s, r = document) => [...r.querySelectorAll(s)];
  const say = document.createElement("p");
  say.className = "vh"; say.setAttribute("role", "status"); document.body.append(say);

  // copy and open: one listener for the page, so that parts HTMX brings later work too
  document.addEventListener("click", async (e) => {
    const open = e.target.closest("[data-dialog]");
    if (open) document.getElementById(open.dataset.dialog).showModal();
    const b = e.target.closest("[data-copy]");
    if (!b) return;
    const was = b.textContent, pre = b.parentElement.querySelector("pre");
    try { await navigator.clipboard.writeText(pre.innerText); b.textContent = "Copied"; say.textContent = "Copied to the clipboard"; }
    catch { getSelection().selectAllChildren(pre); b.textContent = "Ctrl+C"; }
    setTimeout(() => { b.textContent = was; }, 2000);
  });

  // a log follows its end until the reader scrolls up
  for (const log of $(".log[data-follow]")) {
    let stick = true;
    const end = () => { if (stick) log.scrollTop = log.scrollHeight; };
    log.addEventListener("scroll", () => { stick = log.scrollHeight - log.scrollTop - log.clientHeight < 24; });
    new MutationObserver(end).observe(log, { childList: true });
    end();
  }

  // a run as it happens: the server says which part of the page is new, and the lines that were printed
  const live = document.querySelector("[data-live]");
  if (live && window.EventSource) {
    const source = new EventSource(live.dataset.live), log = document.querySelector(".log"), note = document.getElementById("live");
    const heard = (kind, act) => source.addEventListener(kind, (e) => act(JSON.parse(e.data)));
    const put = (name, is) => {
      if (name === "title") { document.title = is; return; }
      const to = document.getElementById(name); if (!to) return;
      const open = $("details[open]", to).map((d) => d.id), at = $("a,button,summary,[tabindex]", to).indexOf(document.activeElement);
      to.innerHTML = is;
      for (const d of $("details", to)) d.open = open.includes(d.id);
      if (at >= 0) $("a,button,summary,[tabindex]", to)[at]?.focus();
    };
    const line = (text) => {
      const row = document.createElement("span"), stamp = /^\d\d:\d\d:\d\d\.\d{3}  \S+ */.exec(text)?.[0] || "";
      if (stamp) { const i = document.createElement("i"); i.textContent = stamp; row.append(i); }
      row.append(text.slice(stamp.length) + "\n");
      return row;
    };
    const clear = (word) => { const i = document.createElement("i"); i.textContent = word; log?.replaceChildren(i); };
    source.addEventListener("open", () => { note.textContent = "Live: this page moves by itself."; });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) note.textContent = "This page has stopped moving; load it again.";
    });
    heard("part", ({ name, is }) => put(name, is));
    heard("attempt", ({ attempt }) => clear(`[attempt ${attempt}]\n`));
    heard("log", ({ text }) => {
      if (!log) return;
      log.querySelector("[data-empty]")?.remove();
      log.append(...text.replace(/\n$/, "").split("\n").map(line));
      while (log.childElementCount > 4000) log.firstElementChild.remove();
    });
    heard("end", () => { source.close(); note.textContent = "This run does not move any more."; });
  }

  // a long form saves itself, two seconds after the last word; refused, it says so and keeps everything
  for (const form of $("form[data-autosave]")) {
    const note = document.getElementById("saved"); let timer = 0;
    const tell = (word) => { if (note) note.textContent = word; };
    const save = async () => {
      const body = new FormData(form); body.set("do", "draft");
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1" } });
        tell(answer.status === 204 ? `draft saved ${new Date().toTimeString().slice(0, 5)}` : "not saved: press Save draft to see why");
      } catch { tell("not saved: no connection"); }
    };
    const later = () => { tell("not saved yet"); clearTimeout(timer); timer = setTimeout(save, 2000); };
    for (const e of ["input", "change"]) document.addEventListener(e, (ev) => { if (ev.target.form === form) later(); });
    form.addEventListener("submit", () => clearTimeout(timer));
  }

  // a refused form says so first: its list of errors takes focus
  document.querySelector(".errors[tabindex]")?.focus();

  // single keys, off while typing, and switchable (WCAG 2.1.4): data-key="j" on a link or button
  const off = () => localStorage.getItem("keys") === "off";
  for (const box of $("[data-keys-switch]")) {
    box.checked = !off();
    box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  }
  const goto = (sel, step) => {
    const all = $(sel); if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = all[(at + step + all.length) % all.length];
    next.focus(); next.scrollIntoView({ block: "center" });
  };
  const mine = () => document.querySelector("[data-stop],[data-key]");
  document.addEventListener("keydown", (e) => {
    if (!mine() || off() || document.querySelector("dialog[open]") || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input:not([type=checkbox],[type=radio]),textarea,select")) return;
    const ask = document.activeElement.closest(".ask"), pick = ask && "yna".indexOf(e.key);
    if (ask && pick >= 0 && e.key.length === 1) $("input[type=radio]", ask)[pick].click();
    else if (e.key === "j") goto("[data-stop]", 1);
    else if (e.key === "k") goto("[data-stop]", -1);
    else { const to = document.querySelector(`[data-key="${CSS.escape(e.key)}"]`); if (!to) return; to.focus(); to.click(); }
    e.preventDefault();
  });
})();
