const filter = document.querySelector(".filter");
const rows = document.querySelectorAll(".claims tbody tr");
filter.hidden = false;
filter.addEventListener("click", (event) => {
  const chosen = event.target.closest("button");
  if (!chosen) return;
  for (const button of filter.querySelectorAll("button"))
    button.setAttribute("aria-pressed", button === chosen);
  for (const row of rows) row.hidden = chosen.value !== "" && row.dataset.verdict !== chosen.value;
  const shown = [...rows].filter((row) => !row.hidden).length;
  filter.querySelector("[role=status]").textContent = `${shown} of ${rows.length} shown`;
});
