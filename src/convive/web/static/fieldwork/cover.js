// Covering by hand what the automatic search may miss: with a finger, or a frame and the keyboard.

const STEP = 0.04;
const COLOUR = "#1c2430";

// Shows a canvas to cover things on; `kept` gets it after each change.
export class Cover {
  constructor(canvas, { kept, say, tell }) {
    this.canvas = canvas;
    this.kept = kept;
    this.tell = tell;
    this.say = say;
    this.before = snapshot(canvas);
    const side = Math.min(canvas.width, canvas.height) / 4;
    this.frame = { x: (canvas.width - side) / 2, y: (canvas.height - side) / 2, width: side, height: side };
    this.start = null;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", say("cover.picture"));
    canvas.classList.add("covering");
    this.wire();
    this.draw(false);
  }

  wire() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.start = this.place(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.start) return;
      this.frame = between(this.start, this.place(event));
      this.draw(true);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!this.start) return;
      this.frame = between(this.start, this.place(event));
      this.start = null;
      if (this.frame.width > 4 && this.frame.height > 4) this.cover();
    });
    canvas.addEventListener("pointercancel", () => {
      this.start = null;
      this.draw(false);
    });
    canvas.addEventListener("focus", () => this.draw(true));
    canvas.addEventListener("blur", () => this.draw(false));
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (move) {
      const step = STEP * Math.max(this.canvas.width, this.canvas.height);
      const [x, y] = move.map((sign) => sign * step);
      if (event.shiftKey) {
        this.frame.width = Math.max(step, this.frame.width + x);
        this.frame.height = Math.max(step, this.frame.height + y);
      } else {
        this.frame.x = Math.min(this.canvas.width - step, Math.max(0, this.frame.x + x));
        this.frame.y = Math.min(this.canvas.height - step, Math.max(0, this.frame.y + y));
      }
      this.draw(true);
    } else if (event.key === "Enter" || event.key === " ") this.cover();
    else return;
    event.preventDefault();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * this.canvas.width,
      y: ((event.clientY - box.top) / box.height) * this.canvas.height,
    };
  }

  // The frame is only seen; what is covered is gone from the pixels.
  draw(withFrame) {
    const pen = this.canvas.getContext("2d");
    pen.drawImage(this.before, 0, 0);
    if (!withFrame) return;
    const { x, y, width, height } = this.frame;
    const line = Math.max(3, this.canvas.width / 160);
    for (const [colour, dash] of [["#fff", []], ["#000", [line * 3, line * 3]]]) {
      pen.lineWidth = line;
      pen.strokeStyle = colour;
      pen.setLineDash(dash);
      pen.strokeRect(x, y, width, height);
    }
    pen.setLineDash([]);
  }

  async cover() {
    const { x, y, width, height } = this.frame;
    const pen = this.before.getContext("2d");
    pen.fillStyle = COLOUR;
    pen.fillRect(Math.floor(x), Math.floor(y), Math.ceil(width), Math.ceil(height));
    this.draw(document.activeElement === this.canvas);
    await this.kept(this.before);
    this.tell(this.say("cover.done"));
  }
}

function between(a, b) {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

function snapshot(canvas) {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext("2d").drawImage(canvas, 0, 0);
  return copy;
}
