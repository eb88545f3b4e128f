// On request, a drawn map becomes one that can be moved and enlarged. What it shows comes from this
// site, there are no outside tiles; the drawn map and the table stay where they are without it.
// A page with a map of another kind loads this file too and calls `Convive.offerMaps`.
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
    if (document.querySelector(`link[href="${CSS.escape(address)}"]`)) return;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    document.head.append(link);
  };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const boundsOf = (features) => {
    const bounds = new window.maplibregl.LngLatBounds();
    const walk = (part) => {
      if (typeof part[0] === "number") bounds.extend(part);
      else part.forEach(walk);
    };
    for (const feature of features) walk(feature.geometry.coordinates);
    return bounds;
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

  const makeMap = (box, features, dataset) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = new window.maplibregl.Map({
      container: box,
      style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": colour("--paper") } }] },
      bounds: boundsOf(features),
      fitBoundsOptions: { padding: 16 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      cooperativeGestures: false,
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

  const listen = (map, detail, more, kind) => {
    map.on("click", kind.layer, (event) => tell(detail, event.features[0].properties, more));
    map.on("mousemove", kind.layer, (event) => {
      map.getCanvas().style.cursor = "pointer";
      tell(detail, event.features[0].properties, more);
    });
    // By keyboard, what is in the middle is the one that is told; Enter goes there.
    const middle = () => {
      const { clientWidth, clientHeight } = map.getCanvas();
      if (!map.getLayer(kind.layer)) return null;
      const where = kind.around(clientWidth / 2, clientHeight / 2);
      return map.queryRenderedFeatures(where, { layers: [kind.layer] })[0];
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

  const open = async (frame, button, kind) => {
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
    const map = makeMap(box, kind.within(collection.features), dataset);
    map.on("load", () => {
      kind.draw(map, collection);
      box.dataset.ready = "yes";
    });
    listen(map, detail, dataset.more, kind);
    button.textContent = dataset.close;
    button.onclick = () => {
      map.remove();
      for (const part of [box, detail, keys]) part.remove();
      drawn.style.display = "";
      offer(frame, button, kind);
    };
  };

  const offer = (frame, button, kind) => {
    button.textContent = frame.dataset.open;
    button.onclick = () => {
      button.disabled = true;
      open(frame, button, kind)
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

  // `kind`: `layer` holds what is told; `draw(map, collection)` adds the layers; `within(features)`
  // gives those that the map has to hold; `around(x, y)` where the middle is looked for.
  const offerMaps = (selector, kind) => {
    for (const frame of document.querySelectorAll(selector)) {
      if (!canDraw()) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      frame.append(button);
      offer(frame, button, kind);
    }
  };

  const hatch = (size) => {
    // Diagonal lines in the colour of the paper, as in the drawn map.
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const pen = canvas.getContext("2d");
    pen.strokeStyle = colour("--paper");
    pen.lineWidth = size / 5;
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
      pen.stroke();
    }
    return pen.getImageData(0, 0, size, size);
  };

  const drawAreas = (map, collection) => {
    const fill = ["match", ["get", "step"]];
    for (const step of ["q0", "q1", "q2", "q3", "q4"]) fill.push(step, colour(`--${step}`));
    fill.push(colour("--few"));
    map.addImage("hatch", hatch(12));
    map.addSource("areas", { type: "geojson", data: collection, generateId: true });
    map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": fill } });
    map.addLayer({ id: "unsure", type: "fill", source: "areas", filter: ["get", "unsure"], paint: { "fill-pattern": "hatch" } });
    map.addLayer({ id: "edges", type: "line", source: "areas", paint: { "line-color": colour("--paper"), "line-width": 1.5 } });
  };

  window.Convive = { colour, offerMaps };
  offerMaps("[data-map]", { layer: "areas", draw: drawAreas, within: (features) => features, around: (x, y) => [x, y] });
})();
