(function () {
  "use strict";
  var root = document.documentElement, stage = document.getElementById("stage"), live = document.getElementById("live");
  var slides = Array.prototype.slice.call(document.querySelectorAll(".slide"));
  var at = { slide: 0, step: 1 };

  // ---- formulas: each element holds its LaTeX source as text, which stays when KaTeX cannot read it

  function typeset(element) {
    var source = element.textContent, marked = element.dataset.marked;
    var render = function (latex) {
      try {
        katex.render(latex, element, {
          displayMode: !!element.closest(".formula"), output: "htmlAndMathml", throwOnError: false, trust: false,
          strict: "ignore", maxSize: 20, maxExpand: 500
        });
        return !element.querySelector(".katex-error");
      } catch (error) { // deep nesting overflows the stack in spite of throwOnError
        return false;
      }
    };
    if ((marked && render(marked)) || render(source)) return;
    element.textContent = source;
    element.classList.add("failed");
  }

  // ---- sizes: a formula that is too wide shrinks to 80 %, then gets the reason's column, then breaks, then scrolls

  var SMALLEST = 0.8, LHS_LIMIT = 360;

  function cell(row, name) { return row.querySelector("." + name); }
  function natural(box) { return box.firstElementChild ? box.firstElementChild.offsetWidth : 0; }
  function setScale(row, scale) { row.style.setProperty("--scale", scale.toFixed(3)); }

  function fitRow(row, scale) {
    var rhs = cell(row, "rhs"), ratio = function () { return scale * rhs.clientWidth / Math.max(1, natural(rhs)); };
    var why = cell(row, "why");
    row.classList.remove("stacked", "wide", "cut");
    setScale(row, scale);
    if (why.scrollWidth > why.clientWidth + 1) row.classList.add("stacked");
    if (ratio() >= scale) return;
    if (ratio() < SMALLEST) row.classList.add("stacked");
    if (ratio() >= SMALLEST) return setScale(row, Math.min(scale, ratio()));
    setScale(row, SMALLEST);
    row.classList.add("wide");
    if (rhs.scrollWidth > rhs.clientWidth + 1) {
      row.style.setProperty("--paper", (rhs.clientWidth / rhs.scrollWidth).toFixed(3));
      row.classList.add("cut");
    }
  }

  function markLongSides(slide) {
    slide.querySelectorAll(".row").forEach(function (row) {
      row.classList.toggle("own-line", natural(cell(row, "lhs")) > LHS_LIMIT);
    });
  }

  function fitSlide(slide) {
    var list = slide.querySelector(".rows");
    if (!list) return;
    var rows = Array.prototype.slice.call(list.children);
    for (var scale = 1; scale > SMALLEST - 0.01; scale -= 0.05) {
      rows.forEach(function (row) { fitRow(row, scale); });
      if (list.scrollHeight <= list.clientHeight + 1) return;
    }
    slide.classList.add("full");
  }

  function alignParts() { // the relations of a calculation stand in one column, also on its further slides
    var column = 0;
    slides.forEach(function (slide) {
      if (!slide.classList.contains("continued")) column = 0;
      slide.querySelectorAll(".row:not(.own-line) .lhs").forEach(function (lhs) { column = Math.max(column, natural(lhs)); });
      slide.style.setProperty("--lhs", column + "px");
    });
  }

  // ---- steps

  function repeated(slide) { return slide.classList.contains("continued") ? 1 : 0; }
  function steps(slide) { return Math.max(1, slide.querySelectorAll(".row").length - repeated(slide)); }
  function stepping() { return root.classList.contains("stepping"); }

  function show() {
    slides.forEach(function (slide, index) {
      var active = index === at.slide, last = at.step + repeated(slide) - 1;
      slide.classList.toggle("active", active);
      slide.classList.toggle("first-step", index === 0 && at.step === 1 && steps(slide) + slides.length > 2);
      slide.querySelectorAll(".row").forEach(function (row, place) {
        row.classList.toggle("shown", active && place <= last);
        row.classList.toggle("current", active && place === last);
      });
    });
    live.textContent = spoken(slides[at.slide]);
    if (stepping()) write("#/" + (at.slide + 1) + "/" + at.step);
  }

  function spoken(slide) {
    var row = slide.querySelector(".row.current");
    var place = "Slide " + (at.slide + 1) + " of " + slides.length + ", step " + at.step + " of " + steps(slide) + ". ";
    return row ? place + (row.dataset.changed ? "Changed: " + row.dataset.changed + ". " : "") + reasons(row) : place;
  }

  function reasons(row) { return Array.prototype.map.call(cell(row, "why").children, plain).join(". "); }

  function plain(element) { // KaTeX shows every formula twice; read it once
    var copy = element.cloneNode(true);
    copy.querySelectorAll(".katex-html, annotation").forEach(function (part) { part.remove(); });
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function write(hash) {
    try { history.replaceState(null, "", hash); } catch (error) { /* some viewers forbid it; the page works without */ }
  }

  function read() {
    var found = /^#\/(\d+)(?:\/(\d+))?$/.exec(location.hash);
    root.classList.toggle("stepping", location.hash !== "#all");
    if (found) {
      at.slide = Math.min(Math.max(Number(found[1]) - 1, 0), slides.length - 1);
      at.step = Math.min(Math.max(Number(found[2] || 1), 1), steps(slides[at.slide]));
    }
    resize();
    show();
  }

  function go(slide, step) { at = { slide: slide, step: step }; show(); }
  function next() {
    if (at.step < steps(slides[at.slide])) go(at.slide, at.step + 1);
    else if (at.slide + 1 < slides.length) go(at.slide + 1, 1);
  }
  function back() {
    if (at.step > 1) go(at.slide, at.step - 1);
    else if (at.slide > 0) go(at.slide - 1, steps(slides[at.slide - 1]));
  }
  function first() { go(0, 1); }
  function last() { go(slides.length - 1, steps(slides[slides.length - 1])); }
  function everything() {
    if (stepping()) { root.classList.remove("stepping"); write("#all"); } else { root.classList.add("stepping"); }
    resize();
    show();
  }
  function help() { var line = document.getElementById("help"); line.hidden = !line.hidden; }

  function resize() {
    var zoom = Math.min(innerWidth / 1280, innerHeight / 720);
    var left = (innerWidth - 1280 * zoom) / 2, top = (innerHeight - 720 * zoom) / 2;
    stage.style.setProperty("--place", "translate(" + left + "px," + top + "px) scale(" + zoom + ")");
  }

  var keys = { ArrowRight: next, PageDown: next, " ": next, Enter: next, ArrowLeft: back, PageUp: back, Backspace: back,
    Home: first, End: last, a: everything, A: everything, Escape: everything, "?": help };
  document.addEventListener("keydown", function (event) {
    var act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!stepping() && act !== everything && act !== help) return; // the keys scroll
    if (event.key === "Escape" && stepping()) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("click", function () {
    if (stepping() && String(getSelection()) === "") next();
  });
  addEventListener("hashchange", read);
  addEventListener("resize", resize);

  document.querySelectorAll(".tex").forEach(typeset);
  read();
  var fit = function () {
    slides.forEach(markLongSides);
    alignParts();
    slides.forEach(fitSlide);
  };
  fit();
  if (document.fonts) document.fonts.ready.then(fit);
})();
