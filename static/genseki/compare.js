// Two pictures, one over the other: a slider says where one ends and the other begins. Without this file they stand
// as the sheet lays them; the slider is a range, so that keys and readers of the screen know it.
for (const pair of document.querySelectorAll("[data-compare]")) {
  const range = document.createElement("input");
  Object.assign(range, { type: "range", min: 0, max: 100, value: 50, className: "compare-range" });
  range.setAttribute("aria-label", pair.dataset.compare);
  const show = () => {
    pair.style.setProperty("--split", `${range.value}%`);
    range.setAttribute("aria-valuetext", pair.dataset.says.replace("{number}", range.value));
  };
  range.addEventListener("input", show);
  show();
  pair.append(range);
}
