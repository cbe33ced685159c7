// Draws the charts of the figures page from the numbers that also stand in its tables.
/* global Chart */
const COLOURS = ["#0b57a4", "#b35900"];
const BAR_PX = 28, AROUND_PX = 60, LINE_PX = 240;
const LONGEST_NAME = matchMedia("(max-width: 600px)").matches ? 16 : 32;

/** Write the name of a bar, cut where it would leave no room for the bar. */
function barName(index) {
  const name = this.getLabelForValue(index);
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

/** Return what Chart.js is told: lines over days, or bars that lie, since their names are long. */
function told({ kind, labels, series, most }) {
  const isLine = kind === "line";
  const datasets = series.map(({ label, numbers }, number) => ({
    label, data: numbers, borderColor: COLOURS[number], backgroundColor: COLOURS[number], pointRadius: labels.length > 40 ? 0 : 3,
    pointStyle: number ? "rect" : "circle", borderDash: number ? [6, 4] : [], borderWidth: isLine ? 2 : 0,
  }));
  const numbers = { beginAtZero: true, max: most ?? undefined, ticks: { precision: 0 } };
  return {
    type: kind, data: { labels, datasets },
    options: {
      animation: false, maintainAspectRatio: false, locale: document.documentElement.lang, indexAxis: isLine ? "x" : "y",
      plugins: { legend: { display: series.length > 1, labels: { usePointStyle: true, boxHeight: 7 } } },
      scales: isLine ? { y: numbers, x: { ticks: { maxTicksLimit: 8, maxRotation: 0 } } } : { x: numbers, y: { ticks: { callback: barName } } },
    },
  };
}

for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
  const chart = JSON.parse(canvas.dataset.chart), box = canvas.parentElement;
  box.hidden = false;
  box.style.height = `${chart.kind === "line" ? LINE_PX : AROUND_PX + BAR_PX * chart.labels.length * chart.series.length}px`;
  new Chart(canvas, told(chart));
}
