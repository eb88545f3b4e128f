// "Use my position": the best fix within a while, with its accuracy; by hand where it is refused.

const GOOD_ENOUGH = 10; // metres
const LONGEST = 25 * 1000;

// Wires the button of one position item; `decimal` is what stands before the fraction.
export function wirePosition(item, { decimal, say, changed }) {
  const row = item.querySelector(".with-script");
  const button = item.querySelector("[data-locate]");
  const told = item.querySelector("[data-located]");
  if (!row || !button || !told) return;
  row.hidden = false;
  if (!navigator.geolocation) {
    button.hidden = true;
    told.textContent = say("position.none");
    return;
  }
  button.addEventListener("click", () => find(item, button, told, { decimal, say, changed }));
}

function find(item, button, told, { decimal, say, changed }) {
  let best = null;
  let isDone = false;
  button.disabled = true;
  told.textContent = say("position.looking");
  const finish = (error) => {
    if (isDone) return;
    isDone = true;
    clearTimeout(clock);
    navigator.geolocation.clearWatch(watch);
    button.disabled = false;
    if (best) told.textContent = say("position.found", { n: Math.round(best.accuracy) });
    else told.textContent = say(error?.code === 1 ? "position.refused" : "position.failed");
  };
  const better = ({ coords }) => {
    if (isDone || (best && coords.accuracy >= best.accuracy)) return;
    best = coords;
    write(item, coords, decimal);
    changed();
    told.textContent = say("position.found", { n: Math.round(coords.accuracy) });
    if (coords.accuracy <= GOOD_ENOUGH) finish();
  };
  const options = { enableHighAccuracy: true, maximumAge: 5000, timeout: LONGEST };
  const clock = setTimeout(finish, LONGEST);
  const watch = navigator.geolocation.watchPosition(better, finish, options);
}

function write(item, coords, decimal) {
  const field = (part) => item.querySelector(`[name$="-${part}"]`);
  const put = (part, value, digits) => {
    const input = field(part);
    if (input) input.value = Number.isFinite(value) ? value.toFixed(digits).replace(".", decimal) : "";
  };
  put("latitude", coords.latitude, 6);
  put("longitude", coords.longitude, 6);
  put("altitude", coords.altitude ?? NaN, 1);
  put("accuracy", coords.accuracy, 1);
}
