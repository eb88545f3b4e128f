// Keeps minutes as they are written. Without this file the form's buttons keep everything.
//
// Every text is sent with the text that it was made from (its base), so that the server can merge
// what two people write at once. What is not kept yet also lies in this browser: a dead battery,
// a closed page or a lost network loses nothing.
"use strict";
(() => {
  const form = document.querySelector("[data-minutes]");
  if (!form) return;
  const words = form.dataset;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const PAUSE = 1200;
  const RETRY = 5000;
  const FRESH = 60000; // a page that was on its way while its text was kept may not show it yet
  const boxes = [];

  const send = (fields, keepalive) => {
    const body = new URLSearchParams(fields);
    return fetch(words.minutes, {
      method: "POST", body, keepalive, credentials: "same-origin",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
  };

  const drafts = {
    key: (box) => `minutes:${words.meeting}:${box.item}`,
    read(box) {
      try { return JSON.parse(localStorage.getItem(this.key(box))); } catch { return null; }
    },
    keep(box, kept = 0) {
      try {
        const draft = { base: box.base, text: box.area.value, kept };
        localStorage.setItem(this.key(box), JSON.stringify(draft));
      } catch { /* a full or closed store: the network has to do */ }
    },
    drop(box) {
      try { localStorage.removeItem(this.key(box)); } catch { /* see above */ }
    },
  };

  const tell = (box, text) => { box.note.textContent = text; };

  const setBase = (box, base) => { box.base = base; box.baseField.value = base; };

  const setText = (box, text) => {
    const { selectionStart, selectionEnd } = box.area;
    box.area.value = text;
    if (document.activeElement === box.area) box.area.setSelectionRange(selectionStart, selectionEnd);
  };

  const showClash = (box, kept) => {
    box.clash?.remove();
    const told = document.createElement("div");
    told.className = "clash wrong";
    const head = document.createElement("p");
    head.textContent = words.theirs;
    const quote = document.createElement("blockquote");
    quote.textContent = kept;
    const both = document.createElement("button");
    both.type = "button";
    both.textContent = words.both;
    both.addEventListener("click", () => {
      setText(box, `${kept}\n${box.area.value}`);
      setBase(box, kept);
      told.remove();
      box.clash = null;
      box.area.focus();
      save(box);
    });
    told.append(head, quote, both);
    box.area.after(told);
    box.clash = told;
  };

  const taken = (box, sent, answer) => {
    if (box.area.value === sent) {
      if (answer.text !== sent) setText(box, answer.text);
      drafts.keep(box, Date.now());
      setBase(box, answer.text);
    } else {
      setBase(box, sent); // what is in the box now was made from what was sent
      drafts.keep(box);
      later(box);
    }
    tell(box, answer.said);
  };

  async function save(box, keepalive = false) {
    clearTimeout(box.timer);
    if (box.clash || (box.area.value === box.base && !box.isRestored)) return;
    if (box.isSending) { box.isWaiting = true; return; }
    box.isSending = true;
    const sent = box.area.value.replace(/\r\n?/g, "\n").replace(/\s+$/, "");
    const typed = box.area.value;
    tell(box, words.saving);
    try {
      const response = await send({ item: box.item, text: sent, base: box.base }, keepalive);
      const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
      if (response.ok) {
        box.isRestored = false;
        if (box.area.value === typed && typed !== sent && answer.text === sent) {
          drafts.keep(box, Date.now());
          setBase(box, typed); // only the space at the end differs: do not take it from under the pen
          tell(box, answer.said);
        } else {
          taken(box, box.area.value === typed ? typed : sent, answer);
        }
      } else if (response.status === 409) {
        tell(box, answer.why);
        showClash(box, answer.kept);
      } else {
        tell(box, answer.why || words.offline);
      }
    } catch {
      tell(box, words.offline);
      later(box, RETRY);
    } finally {
      box.isSending = false;
      if (box.isWaiting) { box.isWaiting = false; later(box); }
    }
  }

  function later(box, wait = PAUSE) {
    clearTimeout(box.timer);
    box.timer = setTimeout(() => save(box), wait);
  }

  const isIn = (text, whole) => {
    const lines = new Set(whole.split("\n").map((line) => line.trim()));
    return text.split("\n").every((line) => !line.trim() || lines.has(line.trim()));
  };

  const restore = (box) => {
    const draft = drafts.read(box);
    if (!draft) return;
    const isOld = draft.kept && Date.now() - draft.kept > FRESH;
    if (isOld || isIn(draft.text, box.area.value)) {
      drafts.drop(box);
      if (!isOld && draft.text.trim()) tell(box, words.safe); // it went through after all: say so
      return;
    }
    setText(box, draft.text);
    setBase(box, draft.base);
    box.isRestored = true;
    tell(box, words.restored);
    later(box);
  };

  for (const area of form.querySelectorAll("textarea[data-item]")) {
    const baseField = document.createElement("input");
    baseField.type = "hidden";
    baseField.name = `base-${area.dataset.item}`;
    area.after(baseField);
    const box = {
      area, baseField, item: area.dataset.item, timer: 0, isSending: false, isWaiting: false,
      isRestored: false, clash: null, note: form.querySelector(`[data-kept="${area.dataset.item}"]`),
    };
    setBase(box, area.dataset.base ?? area.value);
    boxes.push(box);
    restore(box);
    area.addEventListener("input", () => { drafts.keep(box); later(box); });
    area.addEventListener("blur", () => save(box));
  }

  for (const tick of form.querySelectorAll("input[name=there]")) {
    tick.addEventListener("change", async () => {
      const fields = { organisation: tick.value };
      if (tick.checked) fields.there = tick.value;
      try { await send(fields, true); } catch { /* the form's button keeps it too */ }
    });
  }

  addEventListener("online", () => boxes.forEach((box) => save(box)));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") boxes.forEach((box) => save(box, true));
  });
})();
