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
