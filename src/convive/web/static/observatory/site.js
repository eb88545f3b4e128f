// Small comforts; every page works without them.
"use strict";
(() => {
  // A copy button beside each query, labelled by the page in its own language.
  const label = document.documentElement.dataset.copy;
  if (label && navigator.clipboard) {
    for (const block of document.querySelectorAll(".query")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.querySelector("code").textContent);
        button.textContent = document.documentElement.dataset.copied;
      });
      block.append(button);
    }
  }
  // The language list closes by Escape and by a click elsewhere.
  const list = document.querySelector(".lang");
  if (list) {
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
