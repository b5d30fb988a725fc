// Draws the figures in the colours of the reader's scheme, and tells what a bar stands for.
(() => {
  "use strict";
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const phone = matchMedia("(max-width: 559px)");

  const coloured = (value, styles) => {
    if (typeof value === "string" && value.startsWith("@")) {
      return styles.getPropertyValue("--" + value.slice(1)).trim();
    }
    if (Array.isArray(value)) return value.map((item) => coloured(item, styles));
    if (value && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, coloured(item, styles)]),
      );
    }
    return value;
  };

  const merge = (base, more) => {
    for (const [key, value] of Object.entries(more)) {
      if (value && typeof value === "object" && !Array.isArray(value)) {
        base[key] = merge(base[key] || {}, value);
      } else {
        base[key] = value;
      }
    }
    return base;
  };

  const draw = () => {
    const styles = getComputedStyle(document.documentElement);
    for (const holder of document.querySelectorAll(".figure")) {
      const figure = coloured(JSON.parse(holder.nextElementSibling.textContent), styles);
      if (phone.matches && figure.narrow) {
        merge(figure.layout, figure.narrow.layout || {});
        if (figure.narrow.has_text === false) delete figure.data[0].texttemplate;
        if (figure.narrow.labels) figure.data[0].node.label = figure.narrow.labels;
      }
      Plotly.react(holder, figure.data, figure.layout, {
        displayModeBar: false,
        responsive: true,
        scrollZoom: false,
      });
    }
    document.documentElement.dataset.drawn = String(Math.round(performance.now()));
  };

  if (window.Plotly) {
    draw();
    scheme.addEventListener("change", draw);
    phone.addEventListener("change", draw);
  } else {
    document.documentElement.dataset.drawn = String(Math.round(performance.now()));
  }

  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);
  document.addEventListener("pointermove", (event) => {
    const mark = event.target.closest(".role-mark [aria-label]");
    tip.hidden = !mark;
    if (!mark) return;
    // dct begins each part of a label with a letter that nobody sees; \u200c is for its own use.
    tip.textContent = mark
      .getAttribute("aria-label")
      .split(";")
      .map((part) => part.trim().replace(/\u200b[^\u200b]*\u200b/g, ""))
      .filter((part) => part && !part.startsWith("\u200c"))
      .map((part) => part.replace(/[\u200b-\u200d\u2060-\u206f]/g, ""))
      .join("\n");
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, innerWidth - box.width - 8);
    const above = event.clientY + 18 + box.height > innerHeight;
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = (above ? event.clientY - box.height - 12 : event.clientY + 18) + "px";
  });
})();
