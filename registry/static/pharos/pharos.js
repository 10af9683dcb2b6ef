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

  // a log follows its end until the reader scrolls up; a log that was replaced keeps the reader's place
  const place = new Map();
  const follow = (log) => {
    const name = log.id || "log", was = place.get(name);
    let stick = was === undefined;
    const end = () => { if (stick) log.scrollTop = log.scrollHeight; };
    if (was !== undefined) log.scrollTop = was;
    log.addEventListener("scroll", () => {
      stick = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
      if (stick) place.delete(name); else place.set(name, log.scrollTop);
    });
    new MutationObserver(end).observe(log, { childList: true, subtree: true, characterData: true });
    end();
  };
  const wire = (root) => {
    for (const log of $(".log[data-follow]", root)) follow(log);
    if (root.matches?.(".log[data-follow]")) follow(root);
  };
  wire(document);
  document.addEventListener("htmx:load", (e) => { if (e.detail.elt !== document.body) wire(e.detail.elt); });

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
