// Gives an animated PNG play, pause and step: its frames are taken apart and drawn on a canvas.
// Without this script (an untrusted notebook) the picture just plays.
(() => {
  const table = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
    return n;
  });
  const crc = (bytes) => ~bytes.reduce((c, b) => (c >>> 8) ^ table[(c ^ b) & 255], -1) >>> 0;
  const number = (n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  const chunk = (kind, data) => {
    const body = new Uint8Array([...new TextEncoder().encode(kind), ...data]);
    return [...number(data.length), ...body, ...number(crc(body))];
  };

  function* chunks(bytes) {
    const view = new DataView(bytes.buffer);
    for (let at = 8; at < bytes.length; at += view.getUint32(at) + 12) {
      const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
      yield [kind, bytes.subarray(at + 8, at + 8 + view.getUint32(at))];
    }
  }

  function parse(bytes) {
    const found = { shared: [], frames: [] };
    for (const [kind, data] of chunks(bytes)) {
      const view = new DataView(data.buffer, data.byteOffset, data.length);
      if (kind === "IHDR") found.header = data;
      else if (kind === "PLTE" || kind === "tRNS") found.shared.push(...chunk(kind, data));
      else if (kind === "fcTL")
        found.frames.push({
          size: data.subarray(4, 12), x: view.getUint32(12), y: view.getUint32(16), wait: view.getUint16(20), data: [],
        });
      else if (kind === "IDAT") found.frames.at(-1).data.push(data);
      else if (kind === "fdAT") found.frames.at(-1).data.push(data.subarray(4));
    }
    return found;
  }

  function still(found, frame) {
    const head = [137, 80, 78, 71, 13, 10, 26, 10, ...chunk("IHDR", [...frame.size, ...found.header.subarray(8)])];
    const data = frame.data.flatMap((part) => chunk("IDAT", part));
    const bytes = new Uint8Array([...head, ...found.shared, ...data, ...chunk("IEND", [])]);
    return createImageBitmap(new Blob([bytes], { type: "image/png" }));
  }

  async function start(box) {
    const image = box.querySelector("img");
    const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
    const found = parse(bytes);
    const bitmaps = await Promise.all(found.frames.map((frame) => still(found, frame)));
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmaps[0].width, height: bitmaps[0].height });
    canvas.style.cssText = image.style.cssText;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", image.alt);
    const context = canvas.getContext("2d");
    const part = (name) => box.querySelector(`[data-k8s="${name}"]`);
    const captions = [...box.querySelectorAll("li")].map((item) => item.textContent);
    const last = bitmaps.length - 1;
    let shown = -1, timer = 0;

    const show = (wanted) => {
      if (wanted < shown) shown = -1;
      while (shown < wanted) {
        shown += 1;
        context.drawImage(bitmaps[shown], found.frames[shown].x, found.frames[shown].y);
      }
      part("slider").value = shown;
      part("caption").textContent = captions[shown] ?? "";
      part("frame").textContent = box.dataset.frame.replace("{number}", shown + 1).replace("{total}", last + 1);
    };
    const stop = () => {
      clearTimeout(timer);
      timer = 0;
      part("play").textContent = "▶ " + box.dataset.play;
    };
    const next = () => {
      if (shown >= last) return stop();
      show(shown + 1);
      timer = setTimeout(next, found.frames[shown].wait / Number(part("speed").value));
    };
    const play = () => {
      if (shown >= last) show(0);
      part("play").textContent = "❚❚ " + box.dataset.pause;
      timer = setTimeout(next, found.frames[shown].wait / Number(part("speed").value));
    };
    const go = (wanted) => (stop(), show(Math.min(Math.max(wanted, 0), last)));

    const deeds = {
      play: () => (timer ? stop() : play()), first: () => go(0), back: () => go(shown - 1), next: () => go(shown + 1),
    };
    for (const [name, deed] of Object.entries(deeds)) part(name).addEventListener("click", deed);
    part("slider").max = last;
    part("slider").addEventListener("input", (event) => go(Number(event.target.value)));
    box.addEventListener("keydown", (event) => {
      const deed = { " ": "play", ArrowLeft: "back", ArrowRight: "next", Home: "first" }[event.key];
      event.stopPropagation();
      if (!deed || event.target.tagName === "SELECT") return;
      event.preventDefault();
      deeds[deed]();
    });
    show(0);
    image.replaceWith(canvas);
    part("controls").style.display = "flex";
    part("caption").style.display = "flex";
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) play();
  }

  for (const box of document.querySelectorAll(".k8s-player:not([data-on])")) {
    box.dataset.on = "1";
    start(box);
  }
})();
