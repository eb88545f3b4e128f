// On request, the drawn map becomes one that can be moved and enlarged. The areas come from this
// site, there are no outside tiles; the drawn map and the table stay where they are without it.
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

  const boundsOf = (collection) => {
    const bounds = new window.maplibregl.LngLatBounds();
    const walk = (part) => {
      if (typeof part[0] === "number") bounds.extend(part);
      else part.forEach(walk);
    };
    for (const feature of collection.features) walk(feature.geometry.coordinates);
    return bounds;
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

  const layers = (map, collection) => {
    const fill = ["match", ["get", "step"]];
    for (const step of ["q0", "q1", "q2", "q3", "q4"]) fill.push(step, colour(`--${step}`));
    fill.push(colour("--few"));
    map.addImage("hatch", hatch(12));
    map.addSource("areas", { type: "geojson", data: collection, generateId: true });
    map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": fill } });
    map.addLayer({ id: "unsure", type: "fill", source: "areas", filter: ["get", "unsure"], paint: { "fill-pattern": "hatch" } });
    map.addLayer({ id: "edges", type: "line", source: "areas", paint: { "line-color": colour("--paper"), "line-width": 1.5 } });
  };

  const tell = (detail, properties, more) => {
    detail.replaceChildren(`${properties.name}: ${properties.told} `);
    const link = document.createElement("a");
    link.href = properties.href;
    link.textContent = more;
    detail.append(link);
  };

  const open = async (frame, button) => {
    const { dataset } = frame;
    loadStyle(dataset.style);
    await loadScript(dataset.script);
    window.maplibregl.setWorkerUrl(dataset.worker);
    const collection = await (await fetch(dataset.geojson)).json();
    const box = document.createElement("div");
    box.className = "map-live";
    const keys = document.createElement("p");
    keys.className = "map-keys";
    keys.textContent = dataset.keys;
    const detail = document.createElement("p");
    detail.className = "map-detail";
    detail.setAttribute("aria-live", "polite");
    const drawn = frame.querySelector("svg");
    drawn.hidden = true;
    drawn.style.display = "none";
    drawn.after(box, detail, keys);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = new window.maplibregl.Map({
      container: box,
      style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": colour("--paper") } }] },
      bounds: boundsOf(collection),
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
    map.on("load", () => {
      layers(map, collection);
      box.dataset.ready = "yes";
    });
    map.on("click", "areas", (event) => tell(detail, event.features[0].properties, dataset.more));
    map.on("mousemove", "areas", (event) => {
      map.getCanvas().style.cursor = "pointer";
      tell(detail, event.features[0].properties, dataset.more);
    });
    // By keyboard, the area in the middle is the one that is told; Enter goes there.
    const middle = () => {
      const { clientWidth, clientHeight } = map.getCanvas();
      return map.queryRenderedFeatures([clientWidth / 2, clientHeight / 2], { layers: ["areas"] })[0];
    };
    const isFocused = () => document.activeElement === map.getCanvas();
    const tellMiddle = () => {
      const found = isFocused() && map.getLayer("areas") ? middle() : null;
      if (found) tell(detail, found.properties, dataset.more);
    };
    map.on("idle", tellMiddle);
    map.getCanvas().addEventListener("focus", tellMiddle);
    map.getCanvas().addEventListener("keydown", (event) => {
      const found = event.key === "Enter" && map.getLayer("areas") ? middle() : null;
      if (found) location.assign(found.properties.href);
    });
    button.textContent = dataset.close;
    button.onclick = () => {
      map.remove();
      box.remove();
      detail.remove();
      keys.remove();
      drawn.hidden = false;
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

  for (const frame of document.querySelectorAll("[data-map]")) {
    if (!canDraw()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    frame.append(button);
    offer(frame, button);
  }
})();
