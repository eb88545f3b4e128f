// The map of places, offered by observatory/map.js: areas below, a mark for each place above.
"use strict";
(() => {
  const { colour, offerMaps } = window.Convive;

  // Form and colour say the state, as on the drawn map.
  const mark = (status) => {
    const size = 40;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const pen = canvas.getContext("2d");
    const middle = size / 2;
    pen.lineWidth = 4;
    pen.beginPath();
    if (status === "extra") {
      pen.moveTo(middle, 6);
      pen.lineTo(size - 6, middle);
      pen.lineTo(middle, size - 6);
      pen.lineTo(6, middle);
      pen.closePath();
    } else {
      pen.arc(middle, middle, 13, 0, 2 * Math.PI);
    }
    pen.fillStyle = { done: colour("--accent"), extra: colour("--gold") }[status] || colour("--paper");
    pen.strokeStyle = { part: colour("--accent"), none: colour("--ink") }[status] || colour("--paper");
    pen.fill();
    pen.stroke();
    if (status === "part") {
      pen.beginPath();
      pen.arc(middle, middle, 13, -Math.PI / 2, Math.PI / 2);
      pen.fillStyle = colour("--accent");
      pen.fill();
    }
    return pen.getImageData(0, 0, size, size);
  };

  const drawPlaces = (map, collection) => {
    for (const status of ["done", "part", "none", "extra"]) {
      map.addImage(`spot-${status}`, mark(status), { pixelRatio: 2 });
    }
    map.addSource("city", { type: "geojson", data: collection });
    const of = (kind) => ["==", ["get", "kind"], kind];
    map.addLayer({ id: "areas", type: "fill", source: "city", filter: of("area"), paint: { "fill-color": colour("--few") } });
    map.addLayer({ id: "edges", type: "line", source: "city", filter: of("area"), paint: { "line-color": colour("--edge"), "line-width": 1 } });
    map.addLayer({
      id: "places", type: "symbol", source: "city", filter: of("place"),
      layout: { "icon-image": ["concat", "spot-", ["get", "status"]], "icon-allow-overlap": true },
    });
  };

  const within = (features) => {
    const areas = features.filter((one) => one.properties.kind === "area");
    return areas.length ? areas : features;
  };

  // A place is a point: the one nearest to the middle is looked for.
  const around = (x, y) => [[x - 24, y - 24], [x + 24, y + 24]];

  offerMaps("[data-place-map]", { layer: "places", draw: drawPlaces, within, around });
})();
