// Small comforts; every page works without them.
"use strict";
(() => {
  // A copy button beside each query, labelled by the page in its own language.
  const label = document.documentElement.dataset.copy;
  if (label && navigator.clipboard) {
    for (const block of document.querySelectorAll(".query")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = block.dataset.copy || label;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.querySelector("code").textContent);
        button.textContent = block.dataset.copied || document.documentElement.dataset.copied;
      });
      block.append(button);
    }
  }
  // What filters in place is fetched when somebody turns to the form, and told what it has missed.
  const filters = document.querySelector("form[data-script]");
  if (filters) {
    const turns = ["pointerover", "focusin", "input", "change"];
    let missed = null;
    let isAsked = false;
    const append = () => {
      const script = document.createElement("script");
      script.src = filters.dataset.script;
      script.addEventListener("load", () => {
        for (const turn of turns) filters.removeEventListener(turn, fetchFilter);
        if (missed) missed.target.dispatchEvent(new Event(missed.type, { bubbles: true }));
      });
      document.head.append(script);
    };
    const fetchFilter = (event) => {
      if (event.type === "input" || event.type === "change") missed = event;
      if (isAsked) return;
      isAsked = true;
      // It begins at once only on a page that is whole.
      if (document.readyState === "complete") append();
      else window.addEventListener("load", append, { once: true });
    };
    for (const turn of turns) filters.addEventListener(turn, fetchFilter);
    // Back to what was filtered before this page was read again: until the filter is there,
    // nobody else draws it. A step within the page changes no filter.
    const read = location.search;
    window.addEventListener("popstate", () => {
      if (!window.htmx && location.search !== read) location.reload();
    });
  }
  // The language list closes by Escape and by a click elsewhere.
  const list = document.querySelector(".lang");
  if (list) {
    // A filter in place has changed the address since: the other language shows the same.
    list.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      link.search = location.search;
      link.hash = location.hash;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && list.open) {
        list.open = false;
        list.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", (event) => {
      if (!list.contains(event.target)) list.open = false;
    });
  }
})();
