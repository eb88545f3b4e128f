// What is seen besides the form: the list of stops, with what became of each.

import { dayAndClock, has, say } from "./texts.js";

const pattern = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

export const visitKey = (form) => `${form.place}:${form.daypart || "any"}`;

// Planned visits in the order of the route, then stops that somebody added.
export function stopsOf(visits, forms, done) {
  const taken = new Set();
  const planned = visits.map((visit) => {
    const own = forms.filter((form) => form.place && visitKey(form) === visit.key);
    own.forEach((form) => taken.add(form.id));
    return { visit, form: own.at(-1) ?? null, isDone: done.includes(visit.key), title: `${visit.code} ${visit.name}`.trim() };
  });
  const added = forms.filter((form) => !taken.has(form.id));
  return [...planned, ...added.map((form, index) => ({ visit: null, form, isDone: false, title: form.label || say("stop", { n: index + 1 }) }))];
}

// One word for what became of a stop, which also chooses its colour and its sign.
export function kindOf({ form, isDone }, sending) {
  if (!form) return isDone ? "done" : "open";
  if (form.status === "ready") return sending?.id === form.id && sending.step === "sending" ? "sending" : "ready";
  return form.status;
}

export function stateText(stop, sending, isOnline) {
  const { form } = stop;
  switch (kindOf(stop, sending)) {
    case "open":
      return say("state.open");
    case "done":
      return say("state.done");
    case "draft":
      return say("state.draft", { time: dayAndClock(form.startedAt) });
    case "sending":
      return sending.total ? say("state.sending_photos", { sent: sending.sent, total: sending.total }) : say("state.sending");
    case "sent":
      return say("state.sent", { time: dayAndClock(form.sentAt) });
    case "refused":
      return say("state.refused", { why: reasonOf(form.refusal) });
    default:
      return say(isOnline ? "state.waiting" : "state.kept");
  }
}

// The server's own words where it gave any; then what can be done about it.
export function reasonOf(refusal) {
  const key = `refused.${refusal?.code}`;
  return has(key) ? say(key) : refusal?.text || say("refused.other");
}

export function remedyOf(refusal) {
  const key = `refused.${refusal?.code}.do`;
  return say(has(key) ? key : "refused.other.do");
}

const SIGN = { open: "○", done: "✓", draft: "✎", ready: "●", sending: "↑", sent: "✓", refused: "!" };

// Draws the list anew, the focus kept where it was.
export function drawStops(list, stops, { sending, isOnline }) {
  const focused = document.activeElement?.closest?.("[data-stop]")?.dataset.stop;
  const doing = document.activeElement?.dataset?.do;
  list.replaceChildren(...stops.map((stop) => row(stop, sending, isOnline)));
  if (!focused) return;
  const again = list.querySelector(`[data-stop="${CSS.escape(focused)}"]`);
  (again?.querySelector(`[data-do="${doing}"]`) ?? again?.querySelector("button"))?.focus();
}

function row(stop, sending, isOnline) {
  const { form, visit } = stop;
  const kind = kindOf(stop, sending);
  const found = pattern("stop-pattern");
  found.dataset.stop = form?.id ?? visit.key;
  found.dataset.kind = kind;
  const isOpenable = !form || form.status === "draft" || (form.status === "ready" && !form.isOnItsWay);
  const button = part(found, "open");
  const still = part(found, "still");
  const head = isOpenable ? button : still;
  (isOpenable ? still : button).remove();
  if (form) head.dataset.form = form.id;
  else head.dataset.visit = visit.key;
  part(found, "sign").textContent = SIGN[kind];
  part(found, "title").textContent = stop.title;
  const daypart = visit?.daypart ?? form?.daypart;
  part(found, "daypart").textContent = daypart === "day" || daypart === "night" ? say(`daypart.${daypart}`) : "";
  part(found, "state").textContent = stateText(stop, sending, isOnline);
  const trouble = part(found, "trouble");
  if (kind === "refused") {
    part(found, "remedy").textContent = remedyOf(form.refusal);
    for (const one of trouble.querySelectorAll("button")) one.dataset.form = form.id;
  } else trouble.remove();
  return found;
}

// "2 stops are kept on this phone, 5 were sent."
export function summaryOf(forms) {
  const sent = forms.filter((form) => form.status === "sent").length;
  const here = forms.length - sent;
  return [here ? say("summary.here", { n: here }) : "", sent ? say("summary.sent", { n: sent }) : ""].filter(Boolean).join(" ");
}

export function drawLinks(box, links) {
  const list = part(box, "links");
  list.replaceChildren(
    ...links.map(({ text, target }) => {
      const line = document.createElement("li");
      const link = document.createElement("button");
      link.type = "button";
      link.textContent = text;
      link.addEventListener("click", () => {
        for (let round = target?.closest("details"); round; round = round.parentElement.closest("details")) round.open = true;
        target?.focus();
        target?.scrollIntoView({ block: "center" });
      });
      line.append(link);
      return line;
    }),
  );
  box.hidden = links.length === 0;
  if (links.length) box.focus();
}
