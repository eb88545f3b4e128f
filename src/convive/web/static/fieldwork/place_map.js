// On request, the drawn map of places becomes one that can be moved and enlarged. Areas and places
// come from this site, there are no outside tiles; drawn map and table stay where they are without it.
"use strict";
(() => {
  const loadScript = (address) =>
    new Promise((done, failed) => {
      if (window.maplibregl) {
        done();
        return;
      }
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });

  const loadStyle = (address) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    document.head.append(link);
  };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const boundsOf = (collection) => {
    const bounds = new window.maplibregl.LngLatBounds();
    const walk = (part) => {
      if (typeof part[0] === "number") bounds.extend(part);
      else part.forEach(walk);
    };
    const areas = collection.features.filter((one) => one.properties.kind === "area");
    for (const one of areas.length ? areas : collection.features) walk(one.geometry.coordinates);
    return bounds;
  };

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

  const layers = (map, collection) => {
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

  const tell = (detail, properties, more) => {
    detail.replaceChildren(`${properties.name}: ${properties.told} `);
    const link = document.createElement("a");
    link.href = properties.href;
    link.textContent = more;
    detail.append(link);
  };

  const paragraph = (name, text) => {
    const made = document.createElement("p");
    made.className = name;
    made.textContent = text;
    return made;
  };

  const makeMap = (box, collection, dataset) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = new window.maplibregl.Map({
      container: box,
      style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": colour("--paper") } }] },
      bounds: boundsOf(collection),
      fitBoundsOptions: { padding: 16 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      locale: {
        "Map.Title": dataset.label,
        "NavigationControl.ZoomIn": dataset.zoomIn,
        "NavigationControl.ZoomOut": dataset.zoomOut,
      },
      scrollZoom: false,
      fadeDuration: calm ? 0 : 300,
    });
    map.addControl(new window.maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.getCanvas().setAttribute("aria-label", dataset.label);
    return map;
  };

  const listen = (map, detail, more) => {
    map.on("click", "places", (event) => tell(detail, event.features[0].properties, more));
    map.on("mousemove", "places", (event) => {
      map.getCanvas().style.cursor = "pointer";
      tell(detail, event.features[0].properties, more);
    });
    // By keyboard, the place nearest to the middle is the one that is told; Enter goes there.
    const middle = () => {
      const { clientWidth: w, clientHeight: h } = map.getCanvas();
      const box = [[w / 2 - 24, h / 2 - 24], [w / 2 + 24, h / 2 + 24]];
      return map.getLayer("places") ? map.queryRenderedFeatures(box, { layers: ["places"] })[0] : null;
    };
    const tellMiddle = () => {
      const found = document.activeElement === map.getCanvas() ? middle() : null;
      if (found) tell(detail, found.properties, more);
    };
    map.on("idle", tellMiddle);
    map.getCanvas().addEventListener("focus", tellMiddle);
    map.getCanvas().addEventListener("keydown", (event) => {
      const found = event.key === "Enter" ? middle() : null;
      if (found) location.assign(found.properties.href);
    });
  };

  const open = async (frame, button) => {
    const { dataset } = frame;
    loadStyle(dataset.style);
    await loadScript(dataset.script);
    window.maplibregl.setWorkerUrl(dataset.worker);
    const collection = await (await fetch(dataset.geojson)).json();
    const box = document.createElement("div");
    box.className = "map-live";
    const detail = paragraph("map-detail", "");
    detail.setAttribute("aria-live", "polite");
    const keys = paragraph("map-keys", dataset.keys);
    const drawn = frame.querySelector("svg");
    drawn.style.display = "none";
    drawn.after(box, detail, keys);
    const map = makeMap(box, collection, dataset);
    map.on("load", () => {
      layers(map, collection);
      box.dataset.ready = "yes";
    });
    listen(map, detail, dataset.more);
    button.textContent = dataset.close;
    button.onclick = () => {
      map.remove();
      for (const part of [box, detail, keys]) part.remove();
      drawn.style.display = "";
      offer(frame, button);
    };
  };

  const offer = (frame, button) => {
    button.textContent = frame.dataset.open;
    button.onclick = () => {
      button.disabled = true;
      open(frame, button)
        .catch(() => button.remove())
        .finally(() => {
          button.disabled = false;
        });
    };
  };

  const canDraw = () => {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  };

  for (const frame of document.querySelectorAll("[data-place-map]")) {
    if (!canDraw()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    frame.append(button);
    offer(frame, button);
  }
})();
